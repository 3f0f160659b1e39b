import { KeyturnError, matches, Secret, type SinkEntry } from '@keyturn/core';
import { errorOf, type Reply } from '@keyturn/core/testing';
import { describe, expect, it } from 'vitest';

import { call, NOW, openSink } from './context.ts';
import { found, ID, LOOKUP, page, SHOWN, startServer } from './server.ts';

const CANARY = 'pscale_tkn_CANARY';
const entries: readonly SinkEntry[] = [
  { name: 'TOKEN_ID', value: 'abcdef-id-1' },
  { name: 'TOKEN', value: new Secret(CANARY) },
];
const PROJECT = 'POST /project/gh/acme/web/envvar';
const PUT = `PUT /context/${ID}/environment-variable`;
const created = ({ body }: { body: Record<string, unknown> }): Reply => ({
  status: 201,
  headers: { date: SHOWN.text },
  body: { name: body['name'], value: `xxxx${String(body['value']).slice(-4)}` },
});
const put = (name: string, updatedAt: string): Reply => ({
  status: 200,
  headers: { date: SHOWN.text },
  body: {
    variable: name,
    context_id: ID,
    created_at: '2026-01-01T00:00:00Z',
    updated_at: updatedAt,
  },
});

describe('deliver to a project', () => {
  it('writes each value once, in place, and keeps a trace of each end', async () => {
    await using server = await startServer({ [PROJECT]: created });
    const sink = await openSink('circleci:gh/acme/web', server.url);
    const { at, clock, stamps = {} } = await sink.deliver(entries, call);
    expect({ at, clock }).toEqual({ at: new Date(NOW).toISOString(), clock: SHOWN.iso });
    expect(Object.keys(stamps)).toEqual(['TOKEN_ID', 'TOKEN']);
    expect(matches(stamps['TOKEN'] ?? '', 'NARY')).toBe(true);
    expect(matches(stamps['TOKEN_ID'] ?? '', 'id-1')).toBe(true);
    // Twelve bits beside the salt.
    expect(stamps['TOKEN']).toMatch(/^[\da-f]{12}:[\da-f]{3}$/);
    expect(server.routes).toEqual([PROJECT, PROJECT]);
    const bodies = server.received.map(({ body }) => body);
    expect(bodies).toContainEqual({ name: 'TOKEN_ID', value: 'abcdef-id-1' });
    expect(bodies).toContainEqual({ name: 'TOKEN', value: CANARY });
    expect(server.received[0]?.headers['content-type']).toBe('application/json');
  });

  it('writes all entries at the same time', async () => {
    let both: () => void = () => {};
    const arrived = new Promise<void>((resolve) => (both = resolve));
    let waiting = 0;
    await using server = await startServer({
      [PROJECT]: async (received) => {
        if (++waiting === 2) both();
        await arrived;
        return created(received);
      },
    });
    await (await openSink('circleci:gh/acme/web', server.url)).deliver(entries, call);
    expect(waiting).toBe(2);
  });

  it.each(['', 'bar', 'four', 'x'.repeat(32_768), 'ends in ß', 'A=b\n'])(
    'takes what cannot be told by its end: %.9j',
    async (value) => {
      await using server = await startServer({
        [PROJECT]: { status: 201, body: { name: 'TOKEN', value: 'xxxx' } },
      });
      const sink = await openSink('circleci:gh/acme/web', server.url);
      const { stamps } = await sink.deliver([{ name: 'TOKEN', value }], call);
      expect(stamps).toEqual({});
      expect(server.received[0]?.body).toEqual({ name: 'TOKEN', value });
    },
  );

  it('knows no clock where one answer shows none: that may be of the last write', async () => {
    await using server = await startServer({
      [PROJECT]: (received, count) => ({
        ...created(received),
        headers: { date: count === 0 ? 'soon' : SHOWN.text },
      }),
    });
    const sink = await openSink('circleci:gh/acme/web', server.url);
    expect(await sink.deliver(entries, call)).not.toHaveProperty('clock');
  });

  it('keeps no trace of an end that was there before', async () => {
    await using server = await startServer({
      'GET /project/gh/acme/web/envvar': page([
        { name: 'TOKEN', value: 'xxxxNARY' },
        { name: 'TOKEN_ID', value: 'xxxxid-0' },
      ]),
      [PROJECT]: created,
    });
    const sink = await openSink('circleci:gh/acme/web', server.url);
    await sink.check(['TOKEN_ID', 'TOKEN'], call);
    expect(Object.keys((await sink.deliver(entries, call)).stamps ?? {})).toEqual(['TOKEN_ID']);
    expect((await sink.deliver(entries, call)).stamps).toEqual({});
  });

  it('asks before each write, and for no read', async () => {
    await using server = await startServer({
      'GET /project/gh/acme/web/envvar': page([]),
      [PROJECT]: created,
      'DELETE /project/gh/acme/web/envvar/TOKEN': { status: 404, body: {} },
    });
    const sink = await openSink('circleci:gh/acme/web', server.url);
    let asked = 0;
    const beforeWrite = async (): Promise<void> => void asked++;
    await sink.check(['TOKEN'], { ...call, beforeWrite });
    await sink.confirm([{ name: 'TOKEN' }], {}, { ...call, beforeWrite });
    expect(asked).toBe(0);
    await sink.deliver(entries, { ...call, beforeWrite });
    expect(asked).toBe(2);
    await sink.remove?.(['TOKEN'], { ...call, beforeWrite });
    expect(asked).toBe(3);
  });

  it('writes nothing once another run has taken over', async () => {
    await using server = await startServer({ [PROJECT]: created });
    const sink = await openSink('circleci:gh/acme/web', server.url);
    const lost = new KeyturnError('STATE_LOST', 'another run has taken over', { effect: 'none' });
    const beforeWrite = (): Promise<void> => Promise.reject(lost);
    const error = await errorOf(sink.deliver(entries, { ...call, beforeWrite }));
    expect(error).toMatchObject({ code: 'STATE_LOST', effect: 'none' });
    expect(server.routes).toEqual([]);
  });
});

describe('deliver to a context', () => {
  it('writes each value once, in place, and keeps what the answer to each write shows', async () => {
    await using server = await startServer({
      [`${PUT}/TOKEN_ID`]: put('TOKEN_ID', '2026-11-24T01:00:05.123Z'),
      [`${PUT}/TOKEN`]: put('TOKEN', '2026-11-24T01:00:05.042Z'),
    });
    const sink = await openSink(`circleci:gh/acme?context=${ID}`, server.url);
    await expect(sink.deliver(entries, call)).resolves.toEqual({
      at: new Date(NOW).toISOString(),
      clock: SHOWN.iso,
      stamps: { TOKEN_ID: '2026-11-24T01:00:05.123Z', TOKEN: '2026-11-24T01:00:05.042Z' },
    });
    const sent = server.received.map(({ route, body }) => [route, body]);
    expect(sent).toContainEqual([`${PUT}/TOKEN_ID`, { value: 'abcdef-id-1' }]);
    expect(sent).toContainEqual([`${PUT}/TOKEN`, { value: CANARY }]);
    expect(sent).toHaveLength(2);
  });

  it('looks the context up once for a check and all deliveries', async () => {
    await using server = await startServer({
      [LOOKUP]: found,
      [`GET /context/${ID}/environment-variable`]: page([]),
      [`${PUT}/TOKEN_ID`]: put('TOKEN_ID', '2026-11-24T01:00:05.123Z'),
      [`${PUT}/TOKEN`]: put('TOKEN', '2026-11-24T01:00:05.042Z'),
    });
    const sink = await openSink('circleci:gh/acme?context=deploy', server.url);
    await sink.check(['TOKEN_ID', 'TOKEN'], call);
    await sink.deliver(entries, call);
    // The second write is not told from the first by what CircleCI shows.
    expect((await sink.deliver(entries, call)).stamps).toEqual({});
    expect(server.routes.filter((route) => route === LOOKUP)).toHaveLength(1);
    expect(server.routes).toHaveLength(7);
  });

  it('takes an answer that is a mere message, as CircleCI describes it', async () => {
    await using server = await startServer({
      [`${PUT}/TOKEN`]: {
        status: 200,
        headers: { date: SHOWN.text },
        body: { message: 'Updated.' },
      },
    });
    const sink = await openSink(`circleci:gh/acme?context=${ID}`, server.url);
    await expect(sink.deliver([{ name: 'TOKEN', value: 'x' }], call)).resolves.toEqual({
      at: new Date(NOW).toISOString(),
      clock: SHOWN.iso,
      stamps: {},
    });
  });

  it('keeps no stamp that was shown before the write, nor a text that is no time', async () => {
    const stamp = '2026-11-24T01:00:05Z';
    await using server = await startServer({
      [`GET /context/${ID}/environment-variable`]: page([{ variable: 'TOKEN', updated_at: stamp }]),
      [`${PUT}/TOKEN`]: put('TOKEN', stamp),
      [`${PUT}/TOKEN_ID`]: put('TOKEN_ID', 'yesterday'),
    });
    const sink = await openSink(`circleci:gh/acme?context=${ID}`, server.url);
    await sink.check(['TOKEN_ID', 'TOKEN'], call);
    expect((await sink.deliver(entries, call)).stamps).toEqual({});
  });
});
