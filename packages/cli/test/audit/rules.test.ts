import { readFile } from 'node:fs/promises';

import { describe, expect, it } from 'vitest';

import { chooseRules, judge, rules } from '../../src/audit/judge.ts';
import { daysAgo, DAY, found, limits, NOW, rotation, token } from './evidence.ts';

describe('token-too-old', () => {
  it('holds what no rotation manages to 90 days, to the day', () => {
    const tokens = [token('young', 89.9), token('old', 90)];
    expect(found('token-too-old', { tokens })).toEqual([
      'warning: old (old) is 90d old, and 90d is the most',
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
      'warning: a (strict) is 10d old, and 7d is the most',
    ]);
  });

  it('knows the tokens of the ledgers where the issuer could not be asked', () => {
    expect(found('token-too-old', { rotations: [rotation('ci', 'a', 100, ['env:a'])] })).toEqual([
      'warning: a (ci) is 100d old, and 90d is the most',
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
        shown: [{ id: 'gitlab:acme/web', hint: { id: 'c' }, isOlder: false }],
      }),
      rotation('two', 'b', 1, ['env:.env'], {
        shown: [{ id: 'env:.env', hint: { id: 'c' }, isOlder: false }],
      }),
    ];
    expect(found('token-shared', { rotations })).toEqual([
      'warning: c is in env:.env, gitlab:acme/web',
    ]);
  });
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
      'warning: never (never) was never used in 40d',
      'note: fresh (fresh) was never used in 2d',
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
    ).toEqual(['problem: a (ci) has expired 1d ago', 'warning: b (b) expires in 13d']);
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
      'warning: a (ci) may do what its rotation does not list: write_teams',
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
      'warning: severe (severe) may write_service_tokens',
      'note: mild (mild) may shop/delete_branch',
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
    'warning: c (keyturn-ci-20261124T093015Z-k3v9x0q2) was made by keyturn, and no ledger here knows it',
    'note: d (d) is what keyturn acts with, and no rotation manages it',
  ]);
});

it('token-unmanaged is not concluded from a ledger that could not be read', () => {
  const gaps = [{ source: 'ledgers', subject: 'ci', reason: 'broken' }] as const;
  expect(found('token-unmanaged', { tokens: [token('a', 1)], gaps })).toEqual([]);
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
  const shown = (more: object) => [
    rotation('ci', 'a', 1, ['env:a'], { shown: [{ id: 'env:a', isOlder: false, ...more }] }),
  ];

  it.each([
    [{ confirmation: 'absent' }, 'the secret of ci is not there'],
    [
      { confirmation: 'different' },
      'is not what ci wrote: it was changed, or part of it is missing',
    ],
    [{ hint: { id: 'b' } }, 'holds the id b, and the token of ci is a'],
    [{ isOlder: true }, 'was last written before a, which it should hold, was issued'],
  ])('%j', (more, text) => {
    expect(found('secret-drifted', { rotations: shown(more) })).toEqual([`problem: env:a ${text}`]);
  });

  it.each([[{ confirmation: 'same', hint: { id: 'a' } }], [{ confirmation: 'unreadable' }]])(
    '%j is no finding',
    (more) => {
      expect(found('secret-drifted', { rotations: shown(more) })).toEqual([]);
    },
  );
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
    'problem: .env:3 a token stands here beside the id a, since commit abc',
    'problem: old.env in commit def what looks like a secret stands here',
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
    expect(() => chooseRules(['token-in-gut'], [])).toThrow('there is no rule "token-in-gut"');
    expect(() => chooseRules(['KT001'], ['KT001'])).toThrow('no rule is left');
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
