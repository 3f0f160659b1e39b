import { readFile } from 'node:fs/promises';

import { emptyState } from '@keyturn/core/unstable';
import { describe, expect, it } from 'vitest';

import type { Evidence } from '../../src/audit/evidence.ts';
import { chooseRules, judge, rules } from '../../src/audit/judge.ts';
import {
  holdsOther,
  likeToken,
  ofNoToken,
  secretChanged,
  secretRemoved,
  shownText,
  UNMANAGED_ACTING,
  UNMANAGED_OURS,
} from '../../src/messages-of-checks.ts';
import { daysAgo, DAY, found, limits, NOW, rotation, token } from './evidence.ts';

describe('token-too-old', () => {
  it('holds what no rotation manages to 90 days, to the day', () => {
    const tokens = [token('young', 89.9), token('old', 90)];
    expect(found('token-too-old', { tokens })).toEqual([
      expect.stringMatching(/^warning: old \(old\) .*90d.*90d/),
    ]);
  });

  it('holds what a rotation manages to its own age', () => {
    const rotations = [
      rotation('strict', 'a', 10, ['env:a'], {
        policy: { maxAge: 7 * DAY, permissions: 'copy', sinks: ['env:a'] },
      }),
      rotation('usual', 'b', 10, ['env:b']),
    ];
    const tokens = [token('a', 10), token('b', 10)];
    expect(found('token-too-old', { tokens, rotations })).toEqual([
      expect.stringMatching(/^warning: a \(strict\) .*10d.*7d/),
    ]);
  });

  it('knows the tokens of the ledgers where the issuer could not be asked', () => {
    expect(found('token-too-old', { rotations: [rotation('ci', 'a', 100, ['env:a'])] })).toEqual([
      expect.stringMatching(/^warning: a \(ci\) .*100d.*90d/),
    ]);
  });
});

describe('token-shared', () => {
  it('names a rotation that delivers to several systems', () => {
    const rotations = [rotation('ci', 'a', 1, ['github:acme/web', 'gitlab:acme/web'])];
    expect(found('token-shared', { rotations })).toEqual([
      'warning: ci delivers one token to github, gitlab',
    ]);
  });

  it('takes several places of one system for one', () => {
    const rotations = [rotation('ci', 'a', 1, ['github:acme/web', 'github:acme/api'])];
    expect(found('token-shared', { rotations })).toEqual([]);
  });

  it('sees by the ids that sinks show that two rotations hold the same token', () => {
    const rotations = [
      rotation('one', 'a', 1, ['gitlab:acme/web'], {
        shown: [{ id: 'gitlab:acme/web', hint: { id: 'c' } }],
      }),
      rotation('two', 'b', 1, ['env:.env'], {
        shown: [{ id: 'env:.env', hint: { id: 'c' } }],
      }),
    ];
    expect(found('token-shared', { rotations })).toEqual([
      'warning: c is in env:.env, gitlab:acme/web',
    ]);
  });
});

it('token-shared sees by the ends of ids that one token serves two systems, and says that it is a guess', () => {
  const tokens = [token('aaaa1111', 1), token('bbbb2222', 1)];
  const rotations = [
    rotation('one', 'aaaa1111', 1, ['circleci:gh/acme/web'], {
      shown: [{ id: 'circleci:gh/acme/web', clue: { idTail: '2222', seen: 'the end of ID' } }],
    }),
    rotation('two', 'bbbb2222', 1, ['env:.env']),
  ];
  expect(found('token-shared', { tokens, rotations })).toEqual([
    'warning: bbbb2222 is in circleci:gh/acme/web, env:.env',
  ]);
});

describe('token-unused', () => {
  it('tells what was not used for long, and what never was', () => {
    const tokens = [
      token('busy', 50),
      token('idle', 50, { lastUsedAt: daysAgo(30) }),
      { id: 'fresh', label: 'fresh', issuedAt: daysAgo(2) },
      { id: 'never', label: 'never', issuedAt: daysAgo(40) },
    ];
    expect(found('token-unused', { tokens })).toEqual([
      'warning: idle (idle) was last used 30d ago',
      expect.stringMatching(/^warning: never \(never\) .*40d/),
      expect.stringMatching(/^note: fresh \(fresh\) .*2d/),
    ]);
  });

  it('gives jobs time to read what a rotation has just delivered', () => {
    const tokens = [{ id: 'a', label: 'a', issuedAt: daysAgo(2) }];
    expect(
      found('token-unused', { tokens, rotations: [rotation('ci', 'a', 2, ['env:a'])] }),
    ).toEqual([]);
  });
});

describe('token-expiring', () => {
  it('is a problem once a token that jobs read has expired', () => {
    const tokens = [
      token('a', 50, { expiresAt: daysAgo(1) }),
      token('b', 50, { expiresAt: daysAgo(-13) }),
      token('c', 50, { expiresAt: daysAgo(-15) }),
    ];
    expect(
      found('token-expiring', { tokens, rotations: [rotation('ci', 'a', 50, ['env:a'])] }),
    ).toEqual(['problem: a (ci) expired 1d ago', 'warning: b (b) expires in 13d']);
  });
});

it('token-without-expiry notes what never ends', () => {
  const tokens = [token('a', 1), token('b', 1, { expiresAt: daysAgo(-100) })];
  expect(found('token-without-expiry', { tokens })).toEqual(['note: a (a) never expires']);
});

describe('token-too-powerful', () => {
  it('compares with the list of its rotation, which says what is meant', () => {
    const rotations = [
      rotation('ci', 'a', 1, ['env:a'], {
        policy: {
          maxAge: 90 * DAY,
          permissions: ['shop/delete_database', 'shop/read_branch'],
          sinks: ['env:a'],
        },
      }),
    ];
    const tokens = [
      token('a', 1, { permissions: ['shop/delete_database', 'shop/read_branch', 'write_teams'] }),
    ];
    expect(found('token-too-powerful', { tokens, rotations })).toEqual([
      expect.stringMatching(/^warning: a \(ci\) .*: write_teams$/),
    ]);
  });

  it('tells by names what CI rarely needs, but not of the token that keyturn acts with', () => {
    const permissions = ['read_organization', 'shop/read_branch'];
    const tokens = [
      token('plain', 1, { permissions }),
      token('severe', 1, { permissions: [...permissions, 'write_service_tokens'] }),
      token('mild', 1, { permissions: [...permissions, 'shop/delete_branch'] }),
      token('admin', 1, { permissions: ['delete_service_tokens'] }),
    ];
    expect(found('token-too-powerful', { tokens, actingToken: 'admin' })).toEqual([
      expect.stringMatching(/^warning: severe \(severe\) .* write_service_tokens$/),
      expect.stringMatching(/^note: mild \(mild\) .* shop\/delete_branch$/),
    ]);
  });
});

it('token-unmanaged names what is in no ledger, and orphans of ours as such', () => {
  const tokens = [
    token('a', 1),
    token('b', 1),
    token('c', 1, { label: 'keyturn-ci-20261124T093015Z-k3v9x0q2' }),
    token('d', 1),
  ];
  expect(
    found('token-unmanaged', {
      tokens,
      rotations: [rotation('ci', 'a', 1, ['env:a'])],
      actingToken: 'd',
    }),
  ).toEqual([
    'warning: b (b) is in no ledger',
    `warning: c (keyturn-ci-20261124T093015Z-k3v9x0q2) ${UNMANAGED_OURS}`,
    `note: d (d) ${UNMANAGED_ACTING}`,
  ]);
});

it('token-unmanaged names what a rotation that is no longer configured left', () => {
  const { policy: _, ...gone } = rotation('gone', 'a', 1, ['env:a']);
  const { state } = gone;
  const record = state.tokens.get('a');
  if (record === undefined) throw new Error('no token');
  const both = new Map([
    ['a', record],
    ['b', { ...record, ref: { ...record.ref, id: 'b' }, retired: true }],
  ]);
  const left = { ...gone, state: { ...state, tokens: both } };
  const tokens = [token('a', 1), token('b', 1)];
  const rotations = [left, rotation('ci', 'c', 1, ['env:c'])];
  expect(found('token-unmanaged', { tokens, rotations })).toEqual([
    'warning: b (gone) is a replaced token of gone, which is not in the configuration: no run revokes it',
    'note: a (gone) is the token of gone, which is not in the configuration: no run replaces it',
  ]);
  // Without a configuration, rotations are named by their sinks.
  expect(found('token-unmanaged', { tokens, rotations: [left] })).toEqual([]);
});

it('token-unmanaged tells which sinks show the token', () => {
  const tokens = [token('abcd1234', 1), token('abcd5678', 1)];
  const seen = 'the end of ID';
  const rotations = [
    rotation('ci', 'x', 1, ['env:a'], {
      shown: [
        { id: 'env:a', clue: { idTail: '1234', seen } },
        { id: 'env:b', clue: { idTail: 'abcd', seen } },
        { id: 'env:c', hint: { id: 'abcd1234' } },
      ],
    }),
  ];
  expect(found('token-unmanaged', { tokens, rotations })).toEqual([
    'warning: abcd1234 (abcd1234) is in no ledger, and env:a, env:c show it',
    'warning: abcd5678 (abcd5678) is in no ledger',
  ]);
});

it('token-unmanaged is not concluded from a ledger that could not be read', () => {
  const gaps = [{ source: 'ledgers', subject: 'ci', reason: 'broken' }] as const;
  expect(found('token-unmanaged', { tokens: [token('a', 1)], gaps })).toEqual([]);
});

it('token-not-replaceable names what no rotation can replace, and nothing else does', () => {
  const tokens = [token('a', 1, { fixed: 'it is the default role' }), token('b', 1)];
  expect(found('token-not-replaceable', { tokens })).toEqual([
    'warning: a (a) cannot be replaced without an outage: it is the default role',
  ]);
  expect(found('token-unmanaged', { tokens })).toEqual(['warning: b (b) is in no ledger']);
});

describe('token-missing', () => {
  const rotations = [rotation('ci', 'a', 1, ['env:a'])];

  it('is a problem: jobs read a token that is gone', () => {
    expect(found('token-missing', { tokens: [], rotations })).toEqual([
      'problem: a (ci) is not among the tokens of i:acme',
    ]);
  });

  it('is not concluded from a list that could not be read, nor of a token of this minute', () => {
    expect(found('token-missing', { rotations })).toEqual([]);
    const fresh = [rotation('ci', 'a', 1 / 1440, ['env:a'])];
    expect(found('token-missing', { tokens: [], rotations: fresh })).toEqual([]);
  });
});

describe('secret-drifted', () => {
  const shown = (more: object, current = 'a') => [
    rotation('ci', current, 1, ['env:a'], { shown: [{ id: 'env:a', ...more }] }),
  ];

  it.each([
    [{ confirmation: 'absent' }, secretRemoved('ci')],
    [{ confirmation: 'different' }, secretChanged('ci')],
    [{ hint: { id: 'b' } }, holdsOther('holds the id b', 'ci', 'a')],
  ])('%j', (more, text) => {
    expect(found('secret-drifted', { rotations: shown(more) })).toEqual([`problem: env:a ${text}`]);
  });

  it.each([[{ confirmation: 'same', hint: { id: 'a' } }], [{ confirmation: 'unreadable' }]])(
    '%j is no finding',
    (more) => {
      expect(found('secret-drifted', { rotations: shown(more) })).toEqual([]);
    },
  );

  const clue = (idTail: string) => ({
    confirmation: 'unreadable',
    clue: { idTail, seen: 'the end of ID' },
  });

  it('compares the end of an id, and tells whose it is if that is certain', () => {
    const wrong = shown(clue('else'), 'abcd1234');
    const shows = shownText('tail', 'else', '');
    const other = (what: string): string => `problem: env:a ${holdsOther(what, 'ci', 'abcd1234')}`;
    const tokens = (...ids: string[]) => ids.map((id) => token(id, 1));
    expect(found('secret-drifted', { rotations: wrong })).toEqual([other(shows)]);
    expect(found('secret-drifted', { rotations: wrong, tokens: tokens('abcd1234') })).toEqual([
      other(ofNoToken(shows, 'i:acme')),
    ]);
    const one = tokens('abcd1234', 'somebodyelse');
    expect(found('secret-drifted', { rotations: wrong, tokens: one })).toEqual([
      other(likeToken(shows, 'somebodyelse (somebodyelse)')),
    ]);
    const two = tokens('somebodyelse', 'nobodyelse');
    expect(found('secret-drifted', { rotations: wrong, tokens: two })).toEqual([other(shows)]);
  });

  it('takes an end that fits, or is too short, for no contradiction', () => {
    expect(found('secret-drifted', { rotations: shown(clue('1234'), 'abcd1234') })).toEqual([]);
    expect(found('secret-drifted', { rotations: shown(clue('lse'), 'abcd1234') })).toEqual([]);
  });

  it('warns of another id beside the secrets, which jobs may read or not', () => {
    const beside = { confirmation: 'same', clue: { id: 'b', seen: 'the variable ID' } };
    expect(found('secret-drifted', { rotations: shown(beside), tokens: [token('b', 1)] })).toEqual([
      expect.stringMatching(/^warning: env:a .*the variable ID is b \(b\).* a$/),
    ]);
    const worse = { ...beside, confirmation: 'different' };
    expect(found('secret-drifted', { rotations: shown(worse) })).toEqual([
      `problem: env:a ${secretChanged('ci')}`,
    ]);
  });

  it('tells of a sink of no ledger only if the issuer has no such token', () => {
    const fresh = {
      name: 'ci',
      state: emptyState,
      shown: [
        { id: 'env:a', hint: { id: 'gone' } },
        { id: 'env:b', clue: { idTail: 'none', seen: 'the end of ID' } },
        { id: 'env:c', hint: { id: 'there' } },
      ],
    };
    expect(found('secret-drifted', { rotations: [fresh] })).toEqual([]);
    expect(found('secret-drifted', { rotations: [fresh], tokens: [token('there', 1)] })).toEqual([
      expect.stringMatching(/^warning: env:a .*gone.*i:acme/),
      expect.stringMatching(/^warning: env:b .*none.*i:acme/),
    ]);
  });
});

it('token-in-git tells the place, and whose token it is', () => {
  expect(
    found('token-in-git', {
      leaks: [
        { file: '.env', line: 3, commit: 'abc', token: 'a', isToken: true },
        { file: 'old.env', commit: 'def', isToken: false },
      ],
    }),
  ).toEqual([
    expect.stringMatching(/^problem: \.env:3 .* id a, .* abc$/),
    expect.stringMatching(/^problem: old\.env in commit def .*secret/),
  ]);
});

describe('the rules', () => {
  it('have ids and names of their own', () => {
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
    expect(new Set(rules.map(({ name }) => name)).size).toBe(rules.length);
    expect(rules.map(({ id }) => id)).toEqual(rules.map(({ id }) => id).toSorted());
  });

  it('are each described where code scanning leads to', async () => {
    const page = await readFile(new URL('../../../../docs/audit.md', import.meta.url), 'utf8');
    const headings = [...page.matchAll(/^## (KT.*)$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual(rules.map(({ id, name }) => `${id} ${name}`));
  });

  it('are chosen by id or name, and a mistyped one is answered with the nearest', () => {
    expect(chooseRules(['kt009', 'token-shared'], ['KT002']).map(({ id }) => id)).toEqual([
      'KT009',
    ]);
    expect(() => chooseRules(['token-in-gut'], [])).toThrow('"token-in-gut"');
    expect(() => chooseRules(['KT001'], ['KT001'])).toThrow('no rule');
  });

  it('are blind if there is nothing that they are about', () => {
    const blind = (given: Partial<Evidence>, ...names: string[]): boolean => {
      const evidence = { now: NOW, issuer: 'i:acme', rotations: [], leaks: [], gaps: [], ...given };
      return judge(evidence, chooseRules(names, []), limits).isBlind;
    };
    expect(blind({})).toBe(true);
    expect(blind({ rotations: [{ name: 'ci', state: emptyState, shown: [] }] })).toBe(true);
    expect(blind({ isSearched: true })).toBe(true);
    expect(blind({ isSearched: true }, 'KT009')).toBe(false);
    expect(blind({ tokens: [] }, 'KT009')).toBe(true);
    expect(blind({ tokens: [] })).toBe(false);
    const rotations = [rotation('ci', 'a', 1, ['env:a'])];
    expect(blind({ rotations })).toBe(false);
    expect(blind({ rotations }, 'KT003')).toBe(true);
    expect(blind({ rotations }, 'KT008')).toBe(true);
  });

  it('say of each missing piece of evidence which of them it touches', () => {
    const gap = { source: 'permissions', subject: 'a', reason: 'refused' } as const;
    const evidence = {
      now: NOW,
      issuer: 'i:acme',
      rotations: [],
      leaks: [],
      gaps: [gap],
    };
    expect(judge(evidence, rules, limits).notChecked).toEqual([
      { rules: ['KT006'], subject: 'a', reason: 'refused' },
    ]);
    expect(judge(evidence, chooseRules(['KT001'], []), limits).notChecked).toEqual([]);
  });
});
