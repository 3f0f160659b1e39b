import { inspect } from 'node:util';

import {
  KeyturnError,
  type AdapterContext,
  type CallOptions,
  type Clock,
  type Environment,
  type TokenIssuer,
} from '@keyturn/core';
import { createFetch } from '@keyturn/http';
import { expect, onTestFinished } from 'vitest';

import issuer from '../../src/index.ts';
import { PlanetScale, type StoredToken } from './planetscale.ts';

export const call: CallOptions = { signal: new AbortController().signal };
export const MANAGER = ['read_service_tokens', 'write_service_tokens', 'delete_service_tokens'];

export class VirtualClock implements Clock {
  readonly slept: number[] = [];
  #now = Date.parse('2026-11-24T09:00:00Z');

  now(): number {
    return this.#now;
  }

  sleep(milliseconds: number): Promise<void> {
    this.slept.push(milliseconds);
    this.#now += milliseconds;
    return Promise.resolve();
  }
}

export interface World {
  readonly server: PlanetScale;
  readonly admin: StoredToken;
  readonly issuer: TokenIssuer;
  readonly clock: VirtualClock;
  /** The environment as it is read at every call. */
  readonly env: Record<string, string | undefined>;
}

/** A PlanetScale with a token that may manage the others, and an issuer that acts as it. */
export async function world(permissions: readonly string[] = MANAGER): Promise<World> {
  const server = await new PlanetScale().start();
  const admin = server.add('admin', permissions, 'admin0000000');
  const env: Record<string, string | undefined> = {
    PLANETSCALE_API_URL: server.url,
    PLANETSCALE_ORG: 'acme',
    PLANETSCALE_SERVICE_TOKEN_ID: admin.id,
    PLANETSCALE_SERVICE_TOKEN: admin.token,
  };
  const { context, clock } = contextOf(env);
  return { server, admin, issuer: await issuer.open(undefined, context), clock, env };
}

export function contextOf(env: Environment): { context: AdapterContext; clock: VirtualClock } {
  const clock = new VirtualClock();
  const random = (): number => 0.5;
  const fetch = createFetch({ clock, random, env: {}, retries: 2 });
  onTestFinished(() => fetch.close());
  return {
    context: { env, fetch, clock, random, directory: '/', allow: new Set<string>() },
    clock,
  };
}

/** The error of a promise that must fail with one of ours; none of them may hold a secret or a control character. */
export async function failure(promise: Promise<unknown>): Promise<KeyturnError> {
  const error = await promise.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  if (!KeyturnError.is(error)) throw new Error('not a KeyturnError', { cause: error });
  const shown = inspect(error, { depth: Infinity, showHidden: true }) + JSON.stringify(error);
  expect(shown).not.toContain('CANARY');
  expect(`${error.message}${error.hint}`).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  return error;
}
