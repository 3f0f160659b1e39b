import { startServer, type Reply } from '@keyturn/core/testing';
import { describe, expect, it } from 'vitest';

import gitlabSink from '../src/index.ts';
import { call, contextFor } from './context.ts';

const BRANCH = 'GET /api/v4/projects/acme%2Finfra/repository/branches/keyturn-ledger';
const remote = { host: 'gitlab.com', path: 'acme/infra', web: true };

async function told(reply: Reply, at = remote): Promise<unknown> {
  await using server = await startServer({ [BRANCH]: reply });
  return await gitlabSink.protection?.(at, 'keyturn-ledger', contextFor(server.url), call);
}

describe('the protection of a branch', () => {
  it.each<[string, Reply, string | undefined]>([
    ['is told', { status: 200, body: { protected: true } }, 'protected'],
    ['is told if there is none', { status: 200, body: { protected: false } }, 'open'],
    ['is not guessed from a refusal', { status: 403, body: {} }, undefined],
    ['is not guessed from what is not seen', { status: 404, body: {} }, undefined],
    ['is not guessed from another answer', { status: 200, body: {} }, undefined],
  ])('%s', async (_, reply, expected) => {
    expect(await told(reply)).toBe(expected);
  });

  it('is not asked for at another host', async () => {
    const elsewhere = { ...remote, host: 'git.example.com' };
    expect(await told({ status: 200, body: { protected: true } }, elsewhere)).toBeUndefined();
  });
});
