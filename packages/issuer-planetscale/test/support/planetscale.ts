import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { onTestFinished } from 'vitest';

/** A token as the server knows it; permissions as `access` or `database/access`. */
export interface StoredToken {
  readonly id: string;
  readonly name: string | null;
  readonly token: string;
  readonly permissions: Set<string>;
  expires_at: string | null;
}

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly authorization: string;
  readonly body: unknown;
}

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

/** What a test may make of an answer: another one, or none at all (`lose`: the effect stays, the answer is lost). */
export type Interference = (request: Received, act: () => Answer) => Answer | 'lose' | undefined;

const NOT_FOUND = { status: 404, body: { code: 'not_found', message: 'Not Found' } };
const FORBIDDEN = { status: 403, body: { code: 'forbidden', message: 'Forbidden' } };

/**
 * PlanetScale's service tokens, as strict as the real API where that is known: a bad pair is 401 for the list of organizations and 404 for
 * all else; a valid token of too few accesses is 403, of another organization 404.
 */
export class PlanetScale {
  readonly databases = ['shop', 'billing'];
  readonly tokens = new Map<string, StoredToken>();
  readonly logins = new Map<string, readonly string[]>();
  readonly requests: Received[] = [];
  /** Organizations of a token's owner; all tokens belong to acme unless said here. */
  readonly organizations = new Map<string, string>();
  interfere: Interference = () => undefined;
  url = '';
  #next = 0;

  add(name: string | null, permissions: readonly string[] = [], id?: string): StoredToken {
    this.#next += 1;
    const token: StoredToken = {
      id: id ?? `token${String(this.#next).padStart(7, '0')}`,
      name,
      token: `pscale_tkn_CANARY-secret-${this.#next}`,
      permissions: new Set(permissions),
      expires_at: null,
    };
    this.tokens.set(token.id, token);
    return token;
  }

  async start(): Promise<this> {
    const server: Server = createServer((request, response) => {
      void bodyOf(request).then((text) => {
        const received = receivedOf(request, text);
        this.requests.push(received);
        const act = (): Answer => this.#route(received);
        const answer = this.interfere(received, act) ?? act();
        if (answer === 'lose') return request.socket.destroy();
        const body = answer.body === undefined ? '' : JSON.stringify(answer.body);
        return response
          .writeHead(answer.status, body === '' ? {} : { 'content-type': 'application/json' })
          .end(body);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return this;
  }

  #route({ method, path, authorization, body }: Received): Answer {
    const url = new URL(path, 'http://server');
    const [, id = '', secret = ''] = /^([^:\s]+):(.+)$/.exec(authorization) ?? [];
    const caller = this.tokens.get(id)?.token === secret ? this.tokens.get(id) : undefined;
    const orgs = caller
      ? [this.organizations.get(id) ?? 'acme']
      : this.logins.get(authorization.replace('Bearer ', ''));
    if (url.pathname === '/v1/organizations') {
      if (orgs === undefined)
        return { status: 401, body: { code: 'unauthorized', message: 'Unauthorized' } };
      return page(
        url,
        orgs.map((name) => ({ name, billing_email: 'CANARY@example.com' })),
      );
    }
    if (authorization.startsWith('Bearer ') && orgs === undefined)
      return { status: 401, body: { error: 'invalid_token' } };
    const match = /^\/v1\/organizations\/([^/]+)\/service-tokens(?:\/([^/]+))?(\/access)?$/.exec(
      url.pathname,
    );
    if (match === null || !orgs?.includes(match[1] ?? '')) return NOT_FOUND;
    const [, , tokenId, access] = match;
    const needs = { GET: 'read', POST: 'write', DELETE: access === undefined ? 'delete' : 'write' };
    const need = `${needs[method as keyof typeof needs]}_service_tokens`;
    if (caller !== undefined && !caller.permissions.has(need)) return FORBIDDEN;
    if (tokenId === undefined) {
      if (method === 'POST') return this.#create(body as { name: string; ttl?: number });
      return page(
        url,
        [...this.tokens.values()].map((token) => shown(token)),
      );
    }
    const token = this.tokens.get(tokenId);
    if (token === undefined) return NOT_FOUND;
    if (access !== undefined) return this.#change(token, method, body as AccessBody);
    if (method === 'GET') return { status: 200, body: { ...shown(token), ...accessesOf(token) } };
    this.tokens.delete(tokenId);
    return { status: 204 };
  }

  #create({ name, ttl }: { name: string; ttl?: number }): Answer {
    const token = this.add(name);
    if (ttl !== undefined) token.expires_at = '2027-01-01T00:00:00.000Z';
    return { status: 200, body: { ...shown(token), token: token.token, ...accessesOf(token) } };
  }

  #change(token: StoredToken, method: string, { database, access }: AccessBody): Answer {
    if (database !== '' && !this.databases.includes(database)) return NOT_FOUND;
    for (const one of access) {
      const permission = database === '' ? one : `${database}/${one}`;
      if (method === 'POST') token.permissions.add(permission);
      else token.permissions.delete(permission);
    }
    return { status: 200, body: { type: 'list', data: [] } };
  }
}

interface AccessBody {
  readonly database: string;
  readonly access: readonly string[];
}

function shown({ id, name, expires_at }: StoredToken): object {
  return {
    id,
    type: 'ServiceToken',
    name,
    display_name: name ?? id,
    token: null,
    created_at: '2026-11-01T10:19:23.000Z',
    expires_at,
    last_used_at: null,
  };
}

function accessesOf({ permissions }: StoredToken): object {
  const service_token_accesses = [...permissions].map((permission) => {
    const [first = '', second] = permission.split('/');
    return second === undefined
      ? { access: first, resource_type: 'Organization', resource_name: 'acme' }
      : { access: second, resource_type: 'Database', resource_name: first };
  });
  return { service_token_accesses };
}

function page(url: URL, items: readonly object[]): Answer {
  const current = Number(url.searchParams.get('page') ?? 1);
  const size = Math.min(Number(url.searchParams.get('per_page') ?? 25), 100);
  const data = items.slice((current - 1) * size, current * size);
  const next_page = current * size < items.length ? current + 1 : null;
  return { status: 200, body: { type: 'list', next_page, total_count: items.length, data } };
}

function receivedOf({ method = '', url = '', headers }: IncomingMessage, text: string): Received {
  const body: unknown = text === '' ? undefined : JSON.parse(text);
  return { method, path: url, authorization: headers.authorization ?? '', body };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request as AsyncIterable<Buffer>) text += chunk.toString();
  return text;
}
