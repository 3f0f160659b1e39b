import { startServer, type Reply } from '@keyturn/core/testing';
import { describe, expect, it } from 'vitest';

import gitlabSink from '../src/index.ts';
import { call, contextFor } from './context.ts';

const PROJECT = 'GET /api/v4/projects/acme%2Finfra';
const RULE = `${PROJECT}/protected_branches/keyturn-ledger`;
const remote = { host: 'gitlab.com', path: 'acme/infra', web: true };
const missing: Reply = { status: 404, body: { message: '404 Not found' } };

async function told(rule: Reply, project: Reply = { status: 200, body: { id: 7 } }, at = remote) {
  await using server = await startServer({ [RULE]: rule, [PROJECT]: project });
  return await gitlabSink.protection?.(at, 'keyturn-ledger', contextFor(server.url), call);
}

describe('the protection of a branch', () => {
  it('is told', async () => {
    expect(await told({ status: 200, body: { name: 'keyturn-ledger' } })).toBe('protected');
  });

  it('is missing where the project is seen, and no rule has the name', async () => {
    expect(await told(missing)).toBe('open');
  });

  it('is not guessed where the project is not seen, or a rule is refused or another', async () => {
    expect(await told(missing, missing)).toBeUndefined();
    expect(await told({ status: 403, body: {} })).toBeUndefined();
    expect(await told({ status: 200, body: { name: 'main' } })).toBeUndefined();
  });

  it('is not asked for at another host', async () => {
    const elsewhere = { ...remote, host: 'git.example.com' };
    expect(
      await told({ status: 200, body: { name: 'keyturn-ledger' } }, undefined, elsewhere),
    ).toBeUndefined();
  });
});
