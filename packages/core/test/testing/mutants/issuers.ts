import { KeyturnError, reveal, Secret } from '../../../src/index.ts';
import type { MemoryIssuerFixture } from '../fixtures.ts';
import { mutant } from './issuer-mutant.ts';
import type { Mutant } from './mutant.ts';

const calm = { signal: new AbortController().signal };

/** What a call gives, or something else where it was refused. */
async function orWhenDenied<Value>(call: Promise<Value>, otherwise: Value): Promise<Value> {
  try {
    return await call;
  } catch (error) {
    if (KeyturnError.is(error) && error.code === 'AUTH_DENIED') return otherwise;
    throw error;
  }
}

export const issuerMutants: readonly Mutant<MemoryIssuerFixture>[] = [
  mutant('identity', 'shows its credential in its id', ({ issuer, credential = '' }) => ({
    id: `${issuer.id}@${credential}`,
  })),
  mutant('check', 'proves that it may create by creating', ({ issuer }) => ({
    check: async (o) => {
      const report = await issuer.check(o);
      await issuer.issue({ label: 'probe' }, o);
      return report;
    },
  })),
  mutant('credentials', 'shows a credential to prove that it has one', ({ credential = '' }) => ({
    credentials: async () => ({ source: 'MEMORY', warnings: [`it is ${credential}`] }),
  })),
  mutant('list-pages', 'lists one page', ({ issuer }) => ({
    list: async function* list(o) {
      let count = 0;
      for await (const token of issuer.list(o)) if (count++ < 25) yield token;
    },
  })),
  mutant('issue', 'tells another label than the provider has', ({ issuer }) => ({
    issue: async (request, o) => {
      const { token, fields } = await issuer.issue(request, o);
      return { fields, token: { ...token, label: token.label.toUpperCase() } };
    },
  })),
  mutant('ttl', 'takes milliseconds for seconds', ({ issuer }) => ({
    issue: ({ label, ttl }, o) =>
      issuer.issue({ label, ...(ttl !== undefined && { ttl: ttl * 1000 }) }, o),
  })),
  mutant('credential-hides', 'gives the answer along', ({ issuer }) => ({
    issue: async (request, o) => {
      const { token, fields } = await issuer.issue(request, o);
      return { token, fields: { ...fields, raw: JSON.stringify(reveal(fields['token'] ?? '')) } };
    },
  })),
  mutant('get', 'takes the id for the label', ({ issuer }) => ({
    get: async (id, o) => {
      const token = await issuer.get(id, o);
      return token && { ...token, label: id };
    },
  })),
  mutant(
    'get',
    'rejects where there is no token',
    ({ issuer }) => ({
      get: async (id, o) => {
        const token = await issuer.get(id, o);
        if (token !== undefined) return token;
        throw new KeyturnError('TOKEN_NOT_FOUND', `no token ${id}`, { effect: 'none' });
      },
    }),
    // A token that was revoked is one that is not there.
    ['revoked-is-gone'],
  ),
  mutant('find', 'finds labels that begin alike', ({ issuer }) => ({
    find: async (label, o) => {
      const found = [];
      for await (const token of issuer.list(o))
        if (token.label.startsWith(label)) found.push(token);
      return found;
    },
  })),
  mutant('find-pages', 'looks at one page', ({ issuer }) => ({
    find: async (label, o) => {
      const found = [];
      let count = 0;
      for await (const token of issuer.list(o)) {
        if (count++ < 25 && token.label === label) found.push(token);
      }
      return found;
    },
  })),
  mutant('revoke', 'cannot revoke what is gone', ({ issuer }) => ({
    revoke: async (id, o) => {
      if (issuer.tokens.some((token) => token.id === id && token.revokedAt !== undefined))
        throw new KeyturnError('TOKEN_NOT_FOUND', `no token ${id}`, { effect: 'none' });
      return issuer.revoke(id, o);
    },
  })),
  mutant('revoke', 'calls every token revoked, seen or not', ({ issuer }) => ({
    revoke: async (id, o) => {
      await issuer.revoke(id, o);
      return 'revoked';
    },
  })),
  mutant('revoke', 'revokes every other token', ({ issuer }) => ({
    revoke: async (id, o) => {
      const revocation = await issuer.revoke(id, o);
      for (const token of issuer.tokens) await issuer.revoke(token.id, o);
      return revocation;
    },
  })),
  mutant('revoked-is-gone', 'still shows a token that was revoked', ({ issuer }) => ({
    get: async (id, o) => (await issuer.get(id, o)) ?? issuer.tokens.find((one) => one.id === id),
  })),
  mutant('grant', 'cannot grant what is granted', ({ issuer }) => ({
    grant: async (id, permissions, o) => {
      const token = issuer.tokens.find((one) => one.id === id);
      if (permissions.every((name) => token?.permissions.includes(name)))
        throw new KeyturnError('REMOTE_REJECTED', 'granted already', { effect: 'none' });
      await issuer.grant(id, permissions, o);
    },
  })),
  mutant('get-permissions', 'gives permissions in any order', ({ issuer }) => ({
    get: async (id, o) => {
      const token = await issuer.get(id, o);
      return token && { ...token, permissions: token.permissions.toReversed() };
    },
  })),
  mutant('grant-adds', 'replaces what was granted before', ({ issuer }) => ({
    grant: async (id, permissions, o) => {
      const token = await issuer.get(id, o);
      const others = token?.permissions.filter((name) => !permissions.includes(name));
      await issuer.ungrant(id, others ?? [], o);
      await issuer.grant(id, permissions, o);
    },
  })),
  mutant('ungrant', 'takes every permission', ({ issuer }) => ({
    ungrant: async (id, _, o) =>
      issuer.ungrant(id, (await issuer.get(id, o))?.permissions ?? [], o),
  })),
  mutant('verify', 'asks for more than is expected', ({ issuer }) => ({
    verify: (credential, expected, o) => issuer.verify(credential, [...expected, 'all'], o),
  })),
  mutant('verify-wrong-secret', 'is content that the token exists', ({ issuer }) => ({
    verify: async (credential, expected, o) => {
      const verification = await issuer.verify(credential, expected, o);
      const token = await issuer.get(credential.token.id, o);
      const isEnough = expected.every((name) => token?.permissions.includes(name));
      return isEnough ? { ok: true } : verification;
    },
  })),
  mutant('verify-permissions', 'does not look at permissions', ({ issuer }) => ({
    verify: (credential, _, o) => issuer.verify(credential, [], o),
  })),
  mutant('verify-revoked', 'remembers tokens that worked once', ({ issuer }) => ({
    verify: async (credential, expected, o) => {
      const verification = await issuer.verify(credential, expected, o);
      const secret = reveal(credential.fields['token'] ?? '');
      const known = issuer.tokens.some(
        (token) => token.secret === secret && token.revokedAt !== undefined,
      );
      return known ? { ok: true } : verification;
    },
  })),
  mutant('lost-answer', 'asks for a token once more', ({ issuer }) => ({
    issue: (request, o) =>
      issuer.issue(request, o).catch(async (error: unknown) => {
        if (KeyturnError.is(error) && error.code === 'NETWORK_FAILED')
          await issuer.issue(request, o);
        throw error;
      }),
  })),
  mutant('lost-answer', 'calls a lost answer a call without effect', ({ issuer }) => ({
    issue: (request, o) =>
      issuer.issue(request, o).catch((error: unknown) => {
        if (!KeyturnError.is(error)) throw error;
        throw new KeyturnError(error.code, error.message, { effect: 'none' });
      }),
  })),
  mutant('denied-lookups', 'takes what it may not see for gone', ({ issuer }) => ({
    get: (id, o) => orWhenDenied(issuer.get(id, o), undefined),
  })),
  mutant('denied-lookups', 'finds nothing where it may not look', ({ issuer }) => ({
    find: (label, o) => orWhenDenied(issuer.find(label, o), []),
  })),
  mutant('denied-check', 'passes its check whatever happens', ({ issuer }) => ({
    check: (o) =>
      orWhenDenied(issuer.check(o), {
        account: 'acme',
        can: { list: 'unknown', create: 'unknown', grant: 'unknown', revoke: 'unknown' },
        problems: [],
      }),
  })),
  mutant('denied-writes', 'takes a token that it may not revoke for gone', ({ issuer }) => ({
    revoke: (id, o) => orWhenDenied(issuer.revoke(id, o), 'gone'),
  })),
  mutant('denied-writes', 'calls a refused issue a lost one', ({ issuer }) => ({
    issue: (request, o) =>
      issuer.issue(request, o).catch((error: unknown) => {
        if (!KeyturnError.is(error) || error.code !== 'AUTH_DENIED') throw error;
        throw new KeyturnError(error.code, error.message, { effect: 'unknown' });
      }),
  })),
  mutant('aborted-before', 'listens for an abort that has been', ({ issuer }) => ({
    issue: (request, o) => issuer.issue(request, o.signal.aborted ? calm : o),
  })),
  mutant('abort-ends', 'does not listen for an abort', ({ issuer }) => ({
    revoke: (id, o) => issuer.revoke(id, o.signal.aborted ? o : { ...o, signal: calm.signal }),
  })),
  mutant('errors-hide', 'quotes the credential that does not work', ({ issuer }) => ({
    verify: async (credential, expected, o) => {
      const verification = await issuer.verify(credential, expected, o);
      if (verification.ok) return verification;
      const { pair } = credential.fields;
      const text = pair instanceof Secret ? Buffer.from(pair.reveal()).toString('base64') : '';
      return { ok: false, error: new KeyturnError('VERIFY_FAILED', `Basic ${text} was refused`) };
    },
  })),
];
