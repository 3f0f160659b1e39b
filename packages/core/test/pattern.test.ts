import { describe, expect, it } from 'vitest';

import { defineSink, KeyturnError, type AdapterContext, type ListedPlace } from '../src/index.ts';
import { globMatcher } from '../src/define/glob.ts';

describe('a glob', () => {
  it.each([
    ['acme/*', 'acme/web', true],
    ['acme/*', 'acme/web/api', false],
    ['acme/*', 'other/web', false],
    ['acme/*', 'acme', false],
    ['acme/web-*', 'acme/web-', true],
    ['acme/*-api', 'acme/web-api', true],
    ['acme/*-api', 'acme/web-apis', false],
    ['acme/w*b*i', 'acme/wabbabi', true],
    ['acme/**', 'acme/web', true],
    ['acme/**', 'acme/a/b/c', true],
    ['acme/**', 'acmes/a', false],
    ['acme/**/api', 'acme/api', true],
    ['acme/**/api', 'acme/a/b/api', true],
    ['acme/**/api', 'acme/a/b/apis', false],
    ['acme/*/api', 'acme/api', false],
    ['Acme/*', 'acme/Web', true],
    ['acme/.*', 'acme/.github', true],
    ['acme/a.c', 'acme/abc', false],
    ['acme/[a-z]', 'acme/b', false],
    ['acme/a**c', 'acme/a/c', false],
    ['acme/web', 'acme/web', true],
  ])('%s takes %s: %s', (pattern, path, expected) => {
    expect(globMatcher(pattern)(path)).toBe(expected);
  });

  it.each([
    [`${'*a'.repeat(500)}b`, 'a'.repeat(1000)],
    [`${'**/a/'.repeat(200)}b`, 'a/'.repeat(500)],
  ])('comes back soon, whatever the pattern', (pattern, path) => {
    // One that tries every division of the path would not come back.
    expect(globMatcher(pattern)(path)).toBe(false);
  });
});

const context = {} as AdapterContext;
const call = { signal: new AbortController().signal };

function sinkThatLists(places: readonly ListedPlace[] | Error): ReturnType<typeof defineSink> {
  return defineSink({
    kind: 'shop',
    options: { '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) } },
    env: [],
    parseTarget: ({ path, query }) => {
      const isWrong =
        !/^[\w-]+\/[\w-]+$/.test(path) || Object.keys(query).some((key) => key !== 'aisle');
      if (isWrong) throw new KeyturnError('TARGET_INVALID', 'not SHOP/SHELF?aisle=A');
      return {};
    },
    connect: () => {
      throw new Error('not asked for');
    },
    patterns: {
      filters: ['brand'],
      async *list() {
        if (places instanceof Error) throw places;
        yield* places;
      },
    },
  });
}

describe('a pattern', () => {
  it('becomes the targets that are listed, with the rest of its query', async () => {
    const sink = sinkThatLists([
      { path: 'acme/web' },
      { path: 'acme/old', skip: 'it is closed' },
      { path: 'other/web' },
    ]);
    await expect(sink.expand('shop:acme/*?brand=x&aisle=2', context, call)).resolves.toEqual({
      targets: ['shop:acme/web?aisle=2'],
      skipped: [{ target: 'shop:acme/old?aisle=2', reason: 'it is closed' }],
    });
  });

  it('leaves out a name that is no target, or would mean another one', async () => {
    const sink = sinkThatLists([
      { path: 'acme/a b' },
      { path: 'acme/web?aisle=9' },
      { path: `acme/\u0000\u001B[2J${'x'.repeat(5000)}` },
      { path: 'acme/ok' },
    ]);
    const found = await sink.expand('shop:acme/*', context, call);
    expect(found?.targets).toEqual(['shop:acme/ok']);
    expect(found?.skipped).toHaveLength(3);
    const shown = found?.skipped.map(({ target }) => target).join('') ?? '';
    expect(shown).toContain(String.raw`shop:acme/\u0000\u001b[2J`);
    expect(shown).toMatch(/^\P{Cc}{1,400}$/u);
  });

  it('is checked before anything is asked: its query, and what stands around the wildcards', () => {
    const sink = sinkThatLists([]);
    expect(() => sink.pattern('shop:acme/*?aisel=2')).toThrow('not SHOP/SHELF');
    expect(() => sink.pattern('shop:acme/*/x')).toThrow('not SHOP/SHELF');
    expect(sink.pattern('shop:acme/*?brand=x')).toMatchObject({ isWild: true, isFiltered: true });
    expect(sink.pattern('shop:acme/web')).toMatchObject({ isWild: false, isFiltered: false });
  });

  it('is none without a wildcard, and in a kind without patterns', async () => {
    await expect(sinkThatLists([]).expand('shop:acme/web', context, call)).resolves.toBeUndefined();
    const plain = defineSink({
      kind: 'plain',
      options: { '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) } },
      env: [],
      parseTarget: () => ({}),
      connect: () => {
        throw new Error('not asked for');
      },
    });
    expect(plain.pattern('plain:a*')).toBeUndefined();
    await expect(plain.expand('plain:a*', context, call)).resolves.toBeUndefined();
  });

  it('lets no foreign error out', async () => {
    const error = await sinkThatLists(new Error('Bearer CANARY'))
      .expand('shop:acme/*', context, call)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'ADAPTER_FAILED' });
    expect(JSON.stringify(error)).not.toContain('CANARY');
  });
});
