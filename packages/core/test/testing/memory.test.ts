import { describe, expect, it } from 'vitest';

import { reveal } from '../../src/index.ts';
import { chain, EMPTY } from '../../src/ledger/index.ts';
import { memoryIssuer, memorySink, memoryStore, virtualClock } from '../../src/testing/index.ts';

const calm = { signal: new AbortController().signal };

describe('a job with a credential of the memory issuer', () => {
  it('works as the token, until that is revoked', async () => {
    const issuer = memoryIssuer({ clock: virtualClock() });
    const { token, fields } = await issuer.issue({ label: 'one' }, calm);
    const [secret, pair] = [reveal(fields['token'] ?? ''), reveal(fields['pair'] ?? '')];
    expect(pair).toBe(`${token.id}:${secret}`);
    expect(issuer.use(secret)?.id).toBe(token.id);
    expect(issuer.use(pair)?.id).toBe(token.id);
    await issuer.revoke(token.id, calm);
    expect(issuer.use(pair)).toBeUndefined();
    expect(issuer.tokens[0]?.revokedAt).toBeDefined();
  });

  it('fails with a torn pair', () => {
    const issuer = memoryIssuer({ clock: virtualClock() });
    const [one, two] = [issuer.seed(), issuer.seed()];
    expect(issuer.use(`${one.id}:${two.secret}`)).toBeUndefined();
  });

  it('fails once the token has expired', async () => {
    const clock = virtualClock();
    const issuer = memoryIssuer({ clock });
    const { fields } = await issuer.issue({ label: 'one', ttl: 60_000 }, calm);
    expect(issuer.use(reveal(fields['pair'] ?? ''))).toBeDefined();
    await clock.sleep(60_000);
    expect(issuer.use(reveal(fields['pair'] ?? ''))).toBeUndefined();
  });

  it('is recorded as its last use', async () => {
    const issuer = memoryIssuer({ clock: virtualClock(10_000) });
    const { id, secret } = issuer.seed({ label: 'ci' });
    expect(await issuer.get(id, calm)).not.toHaveProperty('lastUsedAt');
    issuer.use(secret);
    expect(await issuer.get(id, calm)).toMatchObject({ lastUsedAt: '1970-01-01T00:00:05.000Z' });
  });
});

describe('what a memory sink shows of a credential', () => {
  const sink = memorySink({ clock: virtualClock() });
  sink.write('ID', 'tkn1');
  sink.write('TOKEN', 'abcdefgh');
  sink.write('JOINED', 'tkn1:abcdefgh');
  sink.write('FILE', 'ID=tkn1\nTOKEN=abcdefgh\n');

  it.each([
    [['ID', 'TOKEN'], { id: 'tkn1', tail: 'efgh' }],
    [['JOINED'], { id: 'tkn1', tail: 'efgh' }],
    [['TOKEN'], { tail: 'efgh' }],
    [['FILE'], { tail: 'fgh\n' }],
    [['NOTHING'], undefined],
  ])('under %j is %j', async (names, hint) => {
    expect(await sink.holds?.(names, calm)).toEqual(hint);
  });

  it('is nothing where the platform shows nothing', () => {
    const clock = virtualClock();
    for (const readBack of ['stamp', 'none'] as const)
      expect(memorySink({ clock, supports: { readBack } })).not.toHaveProperty('holds');
  });
});

describe('a memory store', () => {
  it('survives the run that held its lock', async () => {
    const store = memoryStore();
    const dead = await store.lock('one', 'dead');
    const records = chain(EMPTY, [{ type: 'absent', label: 'a' }], '2030-01-01T00:00:00.000Z');
    const revision = await dead.append(records, EMPTY);
    await expect(store.lock('one', 'next')).rejects.toMatchObject({ code: 'STATE_BUSY' });
    store.steal('one');
    expect(dead.signal.aborted).toBe(true);
    const next = await store.lock('one', 'next');
    expect(await store.open('one')).toEqual({ records, revision });
    await next.append(
      chain(revision, [{ type: 'finished' }], '2030-01-01T00:00:00.000Z'),
      revision,
    );
    expect(store.records('one')).toHaveLength(2);
  });
});
