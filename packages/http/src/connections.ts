// oxlint-disable-next-line typescript/triple-slash-reference -- packages that compile these sources need it too
/// <reference path="./undici-parts.d.ts" />
import type { Dispatcher } from 'undici';

import type { Environment } from '@keyturn/core';

import { proxyUrlInvalid } from './messages.ts';
import type { Deadlines } from './options.ts';
import { isLoopback } from './url.ts';

/**
 * The kept-alive connections, opened when the first request needs them. Idle connections do not keep the process running.
 *
 * HTTP/1.1 only: a connection carries one request at a time, so when it breaks it is certain which requests were sent.
 * Without a proxy only undici's agent is loaded, in about half the time of the whole package (34 ms instead of 63 ms on two
 * cores). A proxy needs the whole package: only that gives dispatchers their `connect`.
 */
export class Connections {
  readonly #proxies: { httpProxy: string; httpsProxy: string; noProxy: string };
  readonly #options: object;
  #direct: Promise<Dispatcher> | undefined;
  #proxied: Promise<Dispatcher> | undefined;
  #closed = false;

  constructor(env: Environment, { connectMs }: Required<Deadlines>) {
    const read = (name: string): string => env[name.toLowerCase()] || env[name] || '';
    this.#proxies = {
      httpProxy: read('HTTP_PROXY'),
      httpsProxy: read('HTTPS_PROXY'),
      noProxy: read('NO_PROXY'),
    };
    this.#options = { allowH2: false, connectTimeout: connectMs, connect: { timeout: connectMs } };
  }

  /** Undefined once closed. Loopback never goes through a proxy: plain http is allowed there because it stays on this machine. */
  async for(url: URL): Promise<Dispatcher | undefined> {
    if (this.#closed) return undefined;
    const { httpProxy, httpsProxy } = this.#proxies;
    if ((httpProxy === '' && httpsProxy === '') || isLoopback(url))
      return (this.#direct ??= this.#openDirect());
    return (this.#proxied ??= this.#openProxied());
  }

  /** Closes every connection, idle or not. */
  async close(): Promise<void> {
    this.#closed = true;
    const opened = await Promise.allSettled([this.#direct, this.#proxied]);
    for (const one of opened) if (one.status === 'fulfilled') await one.value?.destroy();
  }

  async #openDirect(): Promise<Dispatcher> {
    const { default: Agent } = await import('undici/lib/dispatcher/agent.js');
    return new Agent(this.#options);
  }

  async #openProxied(): Promise<Dispatcher> {
    const { EnvHttpProxyAgent } = await import('undici');
    const { httpProxy, httpsProxy } = this.#proxies;
    for (const [name, value] of Object.entries({ HTTP_PROXY: httpProxy, HTTPS_PROXY: httpsProxy }))
      if (value !== '' && !isProxyUrl(value)) throw proxyUrlInvalid(name);
    return new EnvHttpProxyAgent({ ...this.#options, ...this.#proxies });
  }
}

function isProxyUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
