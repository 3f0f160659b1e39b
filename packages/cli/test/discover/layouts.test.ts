import { describe, expect, it } from 'vitest';

import { layoutsOf, searchedNames } from '../../src/discover/layouts.ts';

const defaults = {
  pair: { id: 'ID', token: 'TOKEN' },
  joined: 'CREDENTIAL',
  file: 'ENV',
  slot: 'SLOT',
  others: [{ kind: 'joined', name: 'API_TOKEN' }],
  patterns: ['PS_*'],
} as const;
const kinds = (names: readonly string[]) =>
  layoutsOf(names, defaults).layouts.map(({ layout }) => layout.kind);

describe('what names show', () => {
  it('is looked for under the names of every layout, in both slots, and those of the user', () => {
    expect(searchedNames(defaults, ['MINE'])).toEqual([
      'ID_A',
      'ID_B',
      'TOKEN_A',
      'TOKEN_B',
      'ID',
      'TOKEN',
      'CREDENTIAL',
      'ENV',
      'API_TOKEN',
      'PS_*',
      'MINE',
    ]);
  });

  it.each([
    [['ID', 'TOKEN'], ['pair']],
    [['CREDENTIAL'], ['joined']],
    [['API_TOKEN'], ['joined']],
    [['ENV'], ['file']],
    [['ID_A', 'TOKEN_A'], ['slots']],
    [
      ['ID', 'TOKEN', 'ENV'],
      ['pair', 'file'],
    ],
    [['OTHER'], []],
  ])('%j is %j', (names, expected) => {
    expect(kinds(names)).toEqual(expected);
  });

  it('tells which half of a pair is missing', () => {
    expect(layoutsOf(['TOKEN'], defaults).layouts).toMatchObject([
      { names: ['TOKEN'], missing: ['ID'] },
    ]);
  });

  it.each([
    [['MY_KEY_ID', 'MY_KEY'], { id: 'MY_KEY_ID', token: 'MY_KEY' }],
    [['MY_ID', 'MY_TOKEN'], { id: 'MY_ID', token: 'MY_TOKEN' }],
  ])('takes %j for a pair of names of the user', (found, names) => {
    expect(layoutsOf(found, defaults)).toMatchObject({
      layouts: [{ layout: { kind: 'pair', names }, missing: [] }],
      rest: [],
    });
  });

  it('leaves what it does not understand', () => {
    expect(layoutsOf(['PS_X', 'LONE_ID'], defaults)).toEqual({
      layouts: [],
      rest: ['PS_X', 'LONE_ID'],
    });
  });
});

describe('spellings that share a name', () => {
  const shared = {
    ...defaults,
    others: [{ kind: 'pair', names: { id: 'NAME', token: 'TOKEN' } }],
  } as const;

  it('prefers a whole pair to half of the usual one', () => {
    expect(layoutsOf(['TOKEN', 'NAME'], shared)).toEqual({
      layouts: [
        {
          layout: { kind: 'pair', names: { id: 'NAME', token: 'TOKEN' } },
          names: ['NAME', 'TOKEN'],
          missing: [],
        },
      ],
      rest: [],
    });
  });

  it('joins two whole pairs to one with several names for a field', () => {
    const { layouts, rest } = layoutsOf(['ID', 'NAME', 'TOKEN'], shared);
    expect(layouts.map(({ layout }) => layout)).toEqual([
      { kind: 'pair', names: { id: ['ID', 'NAME'], token: 'TOKEN' } },
    ]);
    expect(rest).toEqual([]);
  });
});
