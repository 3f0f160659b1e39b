import { onTestFinished } from 'vitest';

import { startSandbox, type Sandbox, type SandboxOptions, type World } from '../src/index.ts';

/** A clock that stands still until it is moved. */
export function createClock(start = Date.UTC(2026, 0, 15)) {
  let time = start;
  return {
    now: () => time,
    advance(milliseconds: number) {
      time += milliseconds;
    },
  };
}

/** A promise that is settled from outside. */
export function deferred<Value>() {
  let resolve: (value: Value) => void = () => {};
  const promise = new Promise<Value>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

/** A sandbox that is closed when the test ends. */
export async function sandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const opened = await startSandbox(options);
  onTestFinished(() => opened.close());
  return opened;
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- answers are looked into freely
  readonly body: any;
}

export type Client = (method: string, path: string, body?: unknown) => Promise<Reply>;

/** Sends requests with one authorization; a string body is sent as it is. */
export function client(base: string, authorization?: string): Client {
  return async (method, path, body) => {
    const response = await fetch(`${base}${path}`, {
      method,
      headers: {
        ...(authorization !== undefined && { authorization }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') === true;
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson ? (JSON.parse(text) as unknown) : undefined,
    };
  };
}

export const control = (box: Sandbox): Client => client(box.control);

/** PlanetScale as the admin token, or as the token of that name. */
export function planetscale(box: Sandbox, name = 'admin'): Client {
  const token = tokenNamed(box.state(), name);
  return client(`${box.urls.planetscale}/v1`, `${token.id}:${token.token}`);
}

/** GitHub as the seeded token, or as another. */
export function github(box: Sandbox, token = box.env['GITHUB_TOKEN']): Client {
  return client(box.urls.github, `token ${token}`);
}

export function tokenNamed(world: World, name: string, organization = 'acme') {
  const tokens = world.planetscale?.orgs?.[organization]?.tokens ?? [];
  const token = tokens.find((one) => one.name === name);
  if (token === undefined) throw new Error(`The world has no token ${name}`);
  return token;
}

/** Seals a value for a key of GitHub's, as a client does. */
export async function seal(key: { key: string; key_id: string }, value: string) {
  const { default: sodium } = await import('libsodium-wrappers');
  await sodium.ready;
  const sealed = sodium.crypto_box_seal(value, Buffer.from(key.key, 'base64'));
  return { key_id: key.key_id, encrypted_value: Buffer.from(sealed).toString('base64') };
}

/** Reads the key of a place and puts a secret there. */
export async function putSecret(
  api: Client,
  base: string,
  name: string,
  value: string,
  more: object = {},
): Promise<Reply> {
  const { body: key } = await api('GET', `${base}/public-key`);
  return api('PUT', `${base}/${name}`, { ...(await seal(key, value)), ...more });
}

/** Clocks without a difference, for tests that are about something else. */
export const agreeing = Object.fromEntries(
  ['planetscale', 'github', 'gitlab', 'circleci', 'aws', 's3'].map((name) => [
    name,
    { storageOffsetMs: 0, frontOffsetMs: 0 },
  ]),
);
