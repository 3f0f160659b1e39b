import { describe, expect, it } from 'vitest';

import { defineIssuer, defineSink, defineStore, type SinkDefinition } from '../src/index.ts';
import { adapterContext, errorOf } from '../src/testing/index.ts';

const options = {
  '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => ({ value }) },
} as const;
const fail = (): never => {
  throw new TypeError('Bearer CANARY');
};
const sinkThat = (parts: Partial<SinkDefinition<unknown>>) =>
  defineSink({
    kind: 'shop',
    env: [],
    options,
    parseTarget: ({ path }) => path,
    connect: fail,
    ...parts,
  });
const context = adapterContext();
const names = { pair: { id: 'A', token: 'B' }, joined: 'C', file: 'D', slot: 'E' };

describe('what an adapter throws and did not mean to', () => {
  it.each<[string, () => Promise<unknown>]>([
    ['opening a sink', () => sinkThat({}).open('shop:a', context)],
    ['reading a target', () => sinkThat({ parseTarget: fail }).open('shop:a', context)],
    ['finding a target', () => sinkThat({ infer: fail }).infer(context)],
    [
      'reading a pattern',
      async () =>
        sinkThat({ parseTarget: fail, patterns: { filters: [], list: fail } }).pattern('shop:*'),
    ],
    [
      'opening an issuer',
      () => defineIssuer({ kind: 'i', env: [], options, names, connect: fail }).open({}, context),
    ],
    [
      'opening a store',
      () => defineStore({ kind: 's', env: [], options, connect: fail }).open('x', context),
    ],
  ])('is told as a failure of the adapter, and not what it holds: %s', async (_, call) => {
    const error = await errorOf(call());
    expect(error).toMatchObject({ code: 'ADAPTER_FAILED', retryable: false });
    expect(error.message).toMatch(/failed with an unexpected TypeError$/);
    expect(JSON.stringify([error, error.stack])).not.toContain('CANARY');
  });
});
