import { describe, expect, it } from 'vitest';

import {
  defineSink,
  KeyturnError,
  mapLimited,
  usagesOrSkip,
  type ErrorCode,
  type Usage,
} from '../src/index.ts';

const options = { signal: new AbortController().signal };
const failure = (code: ErrorCode) => () =>
  Promise.reject(new KeyturnError(code, 'depot:web: it answered 500'));

function sinkThat(usages?: Parameters<typeof defineSink>[0]['usages']) {
  return defineSink<string>({
    kind: 'depot',
    env: [],
    parseTarget: ({ path }) => path,
    options: {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: (value) => ({ value: value as string }),
      },
    },
    connect: () => Promise.reject(new Error('no sink is needed')),
    ...(usages !== undefined && { usages }),
  });
}

async function collect<Item>(items: AsyncIterable<Item> | undefined): Promise<Item[]> {
  const found: Item[] = [];
  for await (const item of items ?? []) found.push(item);
  return found;
}

describe('usages', () => {
  it('are fit to be shown, whatever the names in a platform are', async () => {
    const sink = sinkThat(async function* usages() {
      yield { target: 'depot:web', name: 'TOKEN\u001B[2J' };
      yield { skipped: `depot:x\u001B[2J${'x'.repeat(5000)}`, reason: 'it is\nclosed' };
    });
    const found = await collect(sink.usages('depot:web', ['*'], {} as never, options));
    expect(JSON.stringify(found).length).toBeLessThan(1000);
    expect(found).toEqual([
      { target: 'depot:web', name: String.raw`TOKEN\u001b[2J` },
      {
        skipped: expect.stringContaining(String.raw`depot:x\u001b[2J`),
        reason: String.raw`it is\u000aclosed`,
      },
    ]);
  });

  it('are asked for with the scope taken apart and the patterns of names as a test', async () => {
    const sink = sinkThat(async function* usages(scope, isWanted) {
      for (const name of ['TOKEN', 'token_id', 'OTHER'])
        if (isWanted(name)) yield { target: `depot:${scope?.path}`, name };
    });
    expect(await collect(sink.usages('depot:web', ['TOKEN*'], {} as never, options))).toEqual([
      { target: 'depot:web', name: 'TOKEN' },
      { target: 'depot:web', name: 'token_id' },
    ]);
  });

  it('are undefined for a kind that cannot look', () => {
    expect(sinkThat().usages(undefined, [], {} as never, options)).toBeUndefined();
  });

  it('let no foreign error out', async () => {
    // oxlint-disable-next-line require-yield -- it fails before it could
    const sink = sinkThat(async function* usages(): AsyncGenerator<Usage> {
      throw new Error('with a secret');
    });
    await expect(collect(sink.usages(undefined, [], {} as never, options))).rejects.toMatchObject({
      code: 'ADAPTER_FAILED',
      message: expect.not.stringContaining('secret'),
    });
  });
});

describe('a place that cannot be read', () => {
  it('is reported, with the same words wherever it is', async () => {
    expect(await usagesOrSkip('depot:web', failure('PERMISSION_DENIED'))).toEqual([
      { skipped: 'depot:web', reason: 'the credentials are not allowed to read it' },
    ]);
    expect(await usagesOrSkip('depot:web', failure('REMOTE_FAILED'))).toEqual([
      { skipped: 'depot:web', reason: 'the server failed' },
    ]);
  });

  it('is reported without its own name in the reason', async () => {
    expect(await usagesOrSkip('depot:web', failure('FILE_UNSAFE'))).toEqual([
      { skipped: 'depot:web', reason: 'it answered 500' },
    ]);
  });

  it.each(['AUTH_DENIED', 'RATE_LIMITED', 'NETWORK_FAILED', 'INTERRUPTED'] as const)(
    'ends the search where none could be: %s',
    async (code) => {
      await expect(usagesOrSkip('depot:web', failure(code))).rejects.toMatchObject({ code });
    },
  );
});

describe('mapLimited', () => {
  it('keeps the order, and never has more under way than allowed', async () => {
    let running = 0;
    let most = 0;
    const results = mapLimited([30, 10, 20, 5, 0], 2, async (turns) => {
      most = Math.max(most, ++running);
      for (let i = 0; i < turns; i++) await Promise.resolve();
      running--;
      return turns;
    });
    expect(await collect(results)).toEqual([30, 10, 20, 5, 0]);
    expect(most).toBe(2);
  });

  it('begins nothing after a failure, and ends when what was begun has ended', async () => {
    const begun: number[] = [];
    let ended = 0;
    const results = mapLimited([1, 2, 3, 4, 5, 6], 2, async (item) => {
      begun.push(item);
      for (let i = 0; i < 20; i++) await Promise.resolve();
      ended++;
      if (item === 1) throw new Error('first');
      return item;
    });
    await expect(collect(results)).rejects.toThrow('first');
    expect(begun).toEqual([1, 2]);
    expect(ended).toBe(2);
  });
});
