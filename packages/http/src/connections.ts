import { directWire } from './direct-wire.ts';
import { proxyUrlInvalid } from './messages.ts';
import type { Settings } from './options.ts';
import { isLoopback } from './url.ts';
import type { Wire } from './wire.ts';

/** The kept-alive connections, opened when the first request needs them. Idle connections do not keep the process running. */
export class Connections {
  readonly #proxies: { httpProxy: string; httpsProxy: string; noProxy: string };
  readonly #connectMs: number;
  readonly #few: number;
  #requests = 0;
  #direct: Wire | undefined;
  #many: Promise<Wire> | undefined;
  #proxied: Promise<Wire> | undefined;
  #closed = false;

  constructor({ env, deadlines, few }: Settings) {
    const read = (name: string): string => env[name.toLowerCase()] || env[name] || '';
    this.#proxies = {
      httpProxy: read('HTTP_PROXY'),
      httpsProxy: read('HTTPS_PROXY'),
      noProxy: read('NO_PROXY'),
    };
    this.#connectMs = deadlines.connectMs;
    this.#few = few;
  }

  /** Undefined once closed. Loopback never goes through a proxy: plain http is allowed there because it stays on this machine. */
  async for(url: URL): Promise<Wire | undefined> {
    if (this.#closed) return undefined;
    const { httpProxy, httpsProxy } = this.#proxies;
    if ((httpProxy === '' && httpsProxy === '') || isLoopback(url))
      return this.#requests++ < this.#few ? this.#openDirect() : (this.#many ??= this.#openMany());
    return (this.#proxied ??= this.#openProxied());
  }

  /** Closes every connection, idle or not. */
  async close(): Promise<void> {
    this.#closed = true;
    await (await this.#many)?.close();
    await this.#direct?.close();
    // One that could not be opened has failed its requests already.
    const proxied = await this.#proxied?.catch(() => undefined);
    await proxied?.close();
  }

  #openDirect(): Wire {
    return (this.#direct ??= directWire());
  }

  async #openMany(): Promise<Wire> {
    try {
      const { undiciWire } = await import('./undici-wire.ts');
      return await undiciWire({ connect: { timeout: this.#connectMs } });
    } catch {
      // The packages were replaced while this process ran: it goes on with Node's own client.
      return this.#openDirect();
    }
  }

  async #openProxied(): Promise<Wire> {
    const { httpProxy, httpsProxy } = this.#proxies;
    for (const [name, value] of Object.entries({ HTTP_PROXY: httpProxy, HTTPS_PROXY: httpsProxy }))
      if (value !== '' && !isProxyUrl(value)) throw proxyUrlInvalid(name);
    const connectTimeout = this.#connectMs;
    const { proxyWire } = await import('./undici-wire.ts');
    return proxyWire({
      connectTimeout,
      connect: { timeout: connectTimeout },
      ...this.#proxies,
    });
  }
}

function isProxyUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
