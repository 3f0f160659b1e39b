import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { loadConfig } from '../../src/config/load.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { load, rotation } from './example.ts';

const START = 'issuer: { kind: planetscale }\nrotations:\n';

/** What is written, and what is understood. */
const UNDERSTOOD: Readonly<Record<string, readonly [string, object]>> = {
  'comments everywhere': [
    `# ours\n${START}  # for CI\n  ci: # GitHub\n    sinks: # two\n      - github:acme/web # first\n      # none\n      - env:.env#x\n`,
    { sinks: ['github:acme/web', 'env:.env#x'] },
  ],
  'a merge key': [
    `x-defaults: &defaults { grace: 2h, token: { ttl: 120d } }\n${START}  ci: { <<: *defaults, sinks: [env:a] }\n`,
    { grace: 7_200_000, ttl: 10_368_000_000, sinks: ['env:a'] },
  ],
  'a merge key whose values are overridden, before and after': [
    `x-a: &a { grace: 2h, settle: 3m }\n${START}  ci:\n    grace: 4h\n    <<: *a\n    settle: 5m\n    sinks: [env:a]\n`,
    { grace: 14_400_000, settle: 300_000 },
  ],
  'several merged mappings, the first of which wins': [
    `x-a: &a { grace: 2h }\nx-b: &b { grace: 3h, settle: 4m }\n${START}  ci: { <<: [*a, *b], sinks: [env:a] }\n`,
    { grace: 7_200_000, settle: 240_000 },
  ],
  'another rotation as the anchor': [
    `${START}  first: &first { grace: 2h, sinks: [env:a] }\n  ci: { <<: *first, sinks: [env:b] }\n`,
    { grace: 7_200_000, sinks: ['env:b'] },
  ],
  'off, which is a word': [rotation('{ drift: off, sinks: [env:a] }'), { drift: 'off' }],
  'off, whatever version the file claims': [
    `%YAML 1.1\n---\n${rotation('{ drift: off, sinks: [env:a] }')}`,
    { drift: 'off' },
  ],
  'targets without quotes': [
    `${START}  ci:\n    sinks:\n      - github:acme/*\n      - "!github:acme/legacy-*"\n      - github:acme/api?environment=production&app=actions\n      - gitlab:?level=instance\n      - env:.env\n      - ./sinks/vercel.ts:web\n`,
    {
      sinks: [
        'github:acme/*',
        '!github:acme/legacy-*',
        'github:acme/api?environment=production&app=actions',
        'gitlab:?level=instance',
        'env:.env',
        './sinks/vercel.ts:web',
      ],
    },
  ],
  'targets without quotes in brackets': [
    rotation('{ sinks: [github:acme/*, github:acme/api?environment=production, env:.env] }'),
    { sinks: ['github:acme/*', 'github:acme/api?environment=production', 'env:.env'] },
  ],
  'a byte order mark and the ends of lines of Windows': [
    `\ufeff${rotation('{ grace: 2h, sinks: [env:a] }').replaceAll('\n', '\r\n')}`,
    { grace: 7_200_000 },
  ],
};

describe('YAML as people write it', () => {
  it.each(Object.entries(UNDERSTOOD))('is understood: %s', async (_, [text, meant]) => {
    const { rotations } = await load(text);
    expect(rotations.at(-1)).toMatchObject({ name: 'ci', ...meant });
  });

  it('leaves text as it is that only looks like a number or a date', async () => {
    const { issuer } = await load(
      'issuer: { kind: a, a: 0123, b: 1e3, c: 0x1f, d: 1.0, e: 2026-01-01, f: 1_000, g: 12345678901234567890, h: +1, i: .5, j: yes, k: No }\nrotations: { ci: { sinks: [env:a] } }\n',
    );
    expect(issuer.options).toEqual({
      a: '0123',
      b: '1e3',
      c: '0x1f',
      d: '1.0',
      e: '2026-01-01',
      f: '1_000',
      g: '12345678901234567890',
      h: '+1',
      i: '.5',
      j: 'yes',
      k: 'No',
    });
  });

  it('leaves numbers, true and false to the adapter', async () => {
    const { issuer } = await load(
      'issuer: { kind: a, a: 7, b: -1.5, c: true, d: [0, 10] }\nrotations: { ci: { sinks: [env:a] } }\n',
    );
    expect(issuer.options).toEqual({ a: 7, b: -1.5, c: true, d: [0, 10] });
  });
});

/** What is written, where the problem is, a part of the message, and a part of the hint. */
const TOLD: Readonly<Record<string, readonly [string, string, string, string]>> = {
  'a tab': [`${START}  ci:\n\tsinks: [env:a]\n`, '4:1', 'tab', 'spaces'],
  'an exclusion without quotes': [
    `${START}  ci:\n    sinks:\n      - github:acme/*\n      - !github:acme/legacy-*\n`,
    '6:9',
    'begins with !',
    '"!github:acme/legacy-*"',
  ],
  'an exclusion without quotes in brackets': [
    rotation('{ sinks: [github:acme/*, !github:acme/x] }'),
    '3:32',
    'begins with !',
    '"!github:acme/x"',
  ],
  'a value that begins with *': [
    `${START}  ci: { sinks: [*github] }\n`,
    '3:17',
    '*github',
    '"*github"',
  ],
  'a star alone': [`${START}  ci:\n    sinks: [*]\n`, '4:13', '*', '"*"'],
  'a value that begins with &': [
    `${START}  ci:\n    sinks:\n      - &github\n`,
    '5:9',
    '&github',
    '"&github"',
  ],
  'a value that begins with @': [
    `${START}  ci:\n    sinks:\n      - @acme/web\n`,
    '5:9',
    'begin with @',
    '"@acme/web"',
  ],
  'a value that begins with `': [`${START}  ci: { sinks: [\`a\`] }\n`, '3:17', '`', '"`a`"'],
  'a value that begins with %': [`${START}  ci: { sinks: [%a] }\n`, '3:17', '%', '"%a"'],
  'a value that begins with >': [
    `${START}  ci:\n    sinks:\n      - >github\n`,
    '5:9',
    'begin with >',
    '">github"',
  ],
  'a space after the kind': [
    `${START}  ci:\n    sinks:\n      - github: acme/web\n`,
    '5:9',
    'a mapping',
    'github:acme/web, without a space',
  ],
  'no space after a colon': [
    `${START}  ci:\n    sinks:\n      - env:a\n    grace:2h\n`,
    '6:5',
    'colon',
    'space',
  ],
  'two colons in a line': [
    `${START}  ci:\n    grace: 2h: x\n    sinks: [env:a]\n`,
    '4:12',
    'colon',
    'quotes',
  ],
  'a key that is indented too far': [
    `${START}  ci:\n    grace: 2h\n      sinks: [env:a]\n`,
    '4:12',
    'indented',
    'Indent',
  ],
  'a list on the line of its key': [
    `${START}  ci:\n    sinks: - env:a\n`,
    '4:12',
    'list',
    'line of its own',
  ],
  'a list that is not closed': [
    `${START}  ci:\n    sinks: [env:a\n    grace: 2h\n`,
    '5:5',
    'not closed',
    ']',
  ],
  'a quote that is not closed': [
    `${START}  ci:\n    sinks: ["env:a]\n`,
    '4:13',
    'quote is not closed',
    '"',
  ],
  'a quote within quotes': [`${START}  ci:\n    sinks: ['it's']\n`, '4:17', 'after', 'quotes'],
  'a backslash in double quotes': [
    `${START}  ci:\n    sinks: ["env:C:\\data"]\n`,
    '4:20',
    'escape sequence',
    'single quotes',
  ],
  'a merge of what is not a mapping': [
    `x-a: &a text\n${START}  ci: { <<: *a, sinks: [env:a] }\n`,
    '4:9',
    '<<',
    '<<: *defaults',
  ],
  'a wrong value behind a merge key': [
    `x-a: &a { grace: 2 hours }\n${START}  ci: { <<: *a, sinks: [env:a] }\n`,
    '1:18',
    'rotations.ci.grace: "2 hours"',
    'such as 1h',
  ],
  'an unknown key behind a merge key': [
    `x-a: &a { graec: 2h }\n${START}  ci: { <<: *a, sinks: [env:a] }\n`,
    '1:11',
    'rotations.ci.graec: unknown',
    'grace?',
  ],
  'a wrong value behind an alias': [
    `x-a: &a { grace: 2 hours, sinks: [env:a] }\n${START}  ci: *a\n`,
    '1:18',
    'rotations.ci.grace',
    'such as 1h',
  ],
  'anchors under a key of their own': [
    `defaults: &a { grace: 2h }\n${rotation('{ <<: *a, sinks: [env:a] }')}`,
    '1:1',
    'defaults: unknown key',
    'x-defaults',
  ],
  'a key twice': [
    `${START}  ci:\n    grace: 1h\n    sinks: [env:a]\n    grace: 2h\n`,
    '6:5',
    'rotations.ci.grace: duplicate key, first in line 4',
    'Keep one',
  ],
  'a value that was commented out': [
    `${START}  ci:\n    sinks:\n      - # github:acme/web\n`,
    '5:9',
    'rotations.ci.sinks[0]: must be a target, but it is empty',
    '',
  ],
  'a key of a nested mapping at the wrong level': [
    rotation('{ ttl: 120d, sinks: [env:a] }'),
    '3:9',
    'rotations.ci.ttl: unknown key',
    'rotations.NAME.token',
  ],
  'an option of the issuer at the top': [
    `org: acme\n${rotation('{ sinks: [env:a] }')}`,
    '1:1',
    'org: unknown key',
    'under issuer',
  ],
};

describe('a mistake in YAML', () => {
  it.each(Object.entries(TOLD))('is told in a line: %s', async (_, [text, place, word, hint]) => {
    const folder = await temporaryFolder({ 'keyturn.config.yaml': text });
    const file = path.join(folder, 'keyturn.config.yaml');
    const error: unknown = await loadConfig(file).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', effect: 'none' });
    const { message, hint: said } = error as { message: string; hint?: string };
    expect(message.startsWith(`${file}:${place}: `)).toBe(true);
    expect(message.slice(file.length)).toContain(word);
    expect(said).toContain(hint);
    expect(`${message}${said}`).not.toContain('\n');
  });

  it('does not let merge keys multiply without end', async () => {
    const many = Array.from({ length: 400 }, (_, index) => `k${index}: 1`).join(', ');
    const merges = Array.from({ length: 900 }, (_, index) => `m${index}: { <<: *a }`).join(', ');
    await expect(load(`a: &a { ${many} }\nb: { ${merges} }\n`)).rejects.toThrow(
      'more than 100000 values',
    );
  });
});
