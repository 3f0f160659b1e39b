import { type CallOptions, KeyturnError } from '../../../src/index.ts';
import { issuerFixture, type MemoryIssuerFixture } from '../fixtures.ts';
import { mutant } from './issuer-mutant.ts';
import { changed, type Mutant } from './mutant.ts';

function without({ signal }: CallOptions): CallOptions {
  return { signal };
}

/** Issuers that act without asking, look at one of two tokens, or at another clock. */
export const issuerWriteMutants: readonly Mutant<MemoryIssuerFixture>[] = [
  mutant(
    'asks-first',
    'does not ask before it issues',
    ({ issuer }) => ({ issue: (request, o) => issuer.issue(request, without(o)) }),
    ['asks-each-request'],
  ),
  mutant(
    'asks-first',
    'does not ask before it revokes',
    ({ issuer }) => ({ revoke: (id, o) => issuer.revoke(id, without(o)) }),
    ['asks-each-request'],
  ),
  mutant('asks-first', 'does not wait for the answer', ({ issuer }) => ({
    grant: async (id, permissions, o) => {
      const asking = o.beforeWrite?.();
      await issuer.grant(id, permissions, without(o));
      await asking;
    },
  })),
  mutant('asks-each-request', 'asks once for several requests', ({ issuer }) => ({
    ungrant: async (id, permissions, o) => {
      await o.beforeWrite?.();
      for (const name of permissions) await issuer.ungrant(id, [name], without(o));
    },
  })),
  mutant('stops', 'loses the error of beforeWrite', ({ issuer }) => ({
    issue: (request, o) =>
      issuer.issue(request, o).catch((error: unknown) => {
        if (!KeyturnError.is(error) || error.code !== 'STATE_LOST') throw error;
        throw new KeyturnError('REMOTE_FAILED', error.message, { effect: 'none' });
      }),
  })),
  mutant('stops', 'goes on when beforeWrite rejects', ({ issuer }) => ({
    revoke: (id, o) =>
      issuer.revoke(id, o).catch((error: unknown) => {
        if (!KeyturnError.is(error) || error.code !== 'STATE_LOST') throw error;
        return issuer.revoke(id, without(o));
      }),
  })),
  mutant(
    'abort-ends',
    'calls a token gone if anything fails',
    ({ issuer }) => ({ revoke: (id, o) => issuer.revoke(id, o).catch(() => 'gone') }),
    ['aborted-before', 'denied-writes', 'stops'],
  ),
  mutant('find-all', 'finds the first of a label', ({ issuer }) => ({
    find: async (label, o) => (await issuer.find(label, o)).slice(0, 1),
  })),
  mutant('issued-at', 'takes the time of the machine', ({ issuer }) => ({
    issue: async (request, o) => {
      const { token, fields } = await issuer.issue(request, o);
      // It keeps the lifetime.
      const ahead = Date.now() - Date.parse(token.issuedAt);
      const { expiresAt } = token;
      const later = expiresAt && new Date(Date.parse(expiresAt) + ahead).toISOString();
      const issuedAt = new Date().toISOString();
      return { fields, token: { ...token, issuedAt, ...(later && { expiresAt: later }) } };
    },
  })),
  mutant('accounts', 'has one id for two accounts', () => ({ id: 'memory:umbrella' })),
  {
    check: 'accounts',
    fault: 'ends the tokens of every account',
    open: () => {
      const fixture = issuerFixture();
      return { ...fixture, elsewhere: () => changed(fixture.issuer, { id: 'memory:umbrella' }) };
    },
  },
];
