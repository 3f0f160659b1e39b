import { Secret, type SinkEntry } from '@keyturn/core';
import { type Reply } from '@keyturn/core/testing';
import { describe, expect, it } from 'vitest';

import { call, NOW, openSink } from './context.ts';
import { found, ID, LOOKUP, page, startServer } from './server.ts';

const CANARY = 'pscale_tkn_CANARY';
const entries: readonly SinkEntry[] = [
  { name: 'TOKEN_ID', value: 'abcdef-id-1' },
  { name: 'TOKEN', value: new Secret(CANARY) },
];
const PROJECT = 'POST /project/gh/acme/web/envvar';
const PUT = `PUT /context/${ID}/environment-variable`;
const created = ({ body }: { body: Record<string, unknown> }): Reply => ({
  status: 201,
  headers: { date: 'Tue, 24 Nov 2026 01:00:05 GMT' },
  body: { name: body['name'], value: `xxxx${String(body['value']).slice(-4)}` },
});
const put = (name: string, updatedAt: string): Reply => ({
  status: 200,
  body: {
    variable: name,
    context_id: ID,
    created_at: '2026-01-01T00:00:00Z',
    updated_at: updatedAt,
  },
});

describe('deliver to a project', () => {
  it('writes each value once, in place, and tells when by the clock of CircleCI', async () => {
    await using server = await startServer({ [PROJECT]: created });
    const sink = await openSink('circleci:gh/acme/web', server.url);
    await expect(sink.deliver(entries, call)).resolves.toEqual({ at: '2026-11-24T01:00:05.000Z' });
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
      await sink.deliver([{ name: 'TOKEN', value }], call);
      expect(server.received[0]?.body).toEqual({ name: 'TOKEN', value });
    },
  );

  it('takes its own clock where CircleCI tells no time', async () => {
    await using server = await startServer({
      [PROJECT]: (received) => ({ ...created(received), headers: { date: 'soon' } }),
    });
    const sink = await openSink('circleci:gh/acme/web', server.url);
    await expect(sink.deliver(entries, call)).resolves.toEqual({
      at: new Date(NOW).toISOString(),
    });
  });
});

describe('deliver to a context', () => {
  it('writes each value once, in place, and tells when the last one was written', async () => {
    await using server = await startServer({
      [`${PUT}/TOKEN_ID`]: put('TOKEN_ID', '2026-11-24T01:00:05.123Z'),
      [`${PUT}/TOKEN`]: put('TOKEN', '2026-11-24T01:00:05.042Z'),
    });
    const sink = await openSink(`circleci:gh/acme?context=${ID}`, server.url);
    await expect(sink.deliver(entries, call)).resolves.toEqual({ at: '2026-11-24T01:00:05.123Z' });
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
    await sink.deliver(entries, call);
    expect(server.routes.filter((route) => route === LOOKUP)).toHaveLength(1);
    expect(server.routes).toHaveLength(6);
  });

  it('takes an answer that is a mere message, as CircleCI describes it', async () => {
    await using server = await startServer({
      [`${PUT}/TOKEN`]: {
        status: 200,
        headers: { date: 'Tue, 24 Nov 2026 01:00:05 GMT' },
        body: { message: 'Updated.' },
      },
    });
    const sink = await openSink(`circleci:gh/acme?context=${ID}`, server.url);
    await expect(sink.deliver([{ name: 'TOKEN', value: 'x' }], call)).resolves.toEqual({
      at: '2026-11-24T01:00:05.000Z',
    });
  });
});
