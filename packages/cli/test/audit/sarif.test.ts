import draft04 from '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json' with { type: 'json' };
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';

import { judge, rules } from '../../src/audit/judge.ts';
import { sarifLog } from '../../src/audit/output/sarif.ts';
import type { Evidence } from '../../src/audit/evidence.ts';
import { limits, NOW, rotation, token } from './evidence.ts';

/** The final schema of SARIF 2.1.0. It is draft 04, and uses nothing that later drafts read differently but `id`. */
const { id: _id, $schema: _draft, ...schema } = draft04;
const validate = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false }).compile(
  schema,
);

const HOSTILE = 'a\u001B[2J"<b>\u202E\nb';

interface Result {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly partialFingerprints: object;
  readonly locations: readonly {
    readonly physicalLocation: {
      readonly artifactLocation: { readonly uri: string };
      readonly region: { readonly startLine: number };
    };
  }[];
}

interface Run {
  readonly results: readonly Result[];
  readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
}

function logOf(given: Partial<Evidence>, file?: string, text = '') {
  const evidence = { now: NOW, issuer: 'i:acme', rotations: [], leaks: [], gaps: [], ...given };
  const report = {
    subject: 'i:acme',
    rules,
    ...judge(evidence, rules, limits),
    failOn: 'warning' as const,
  };
  const configuration = file === undefined ? undefined : { file, text };
  const log = sarifLog(report, '1.2.3', { configuration, root: '/repo' });
  return log as { runs: readonly Run[] };
}

const resultsOf = (...given: Parameters<typeof logOf>): readonly Result[] =>
  logOf(...given).runs[0]?.results ?? [];

describe('the SARIF log', () => {
  it('is valid, with findings of every kind of place and what was not checked', () => {
    const log = logOf({
      tokens: [token('a', 300), token(HOSTILE, 300, { label: HOSTILE })],
      leaks: [
        { file: 'we ird?#%.txt', line: 7, isToken: true },
        { file: 'gone.env', commit: 'abc', isToken: false, token: 'a' },
      ],
      gaps: [{ source: 'sinks', subject: HOSTILE, reason: HOSTILE }],
    });
    validate(log);
    expect(validate.errors).toBeNull();
    expect(log.runs[0]?.results.length).toBeGreaterThan(6);
    expect(JSON.stringify(log)).not.toMatch(/[^\\]\\u001b|\u202E/);
  });

  it('is refused by the schema when it is broken', () => {
    expect(validate({ version: '2.1.0', runs: [{ results: [] }] })).toBe(false);
  });

  it('names a rule by the place where it is described', () => {
    const log = logOf({ tokens: [token('a', 300)] });
    const [{ tool, results } = expect.fail('no run')] = log.runs;
    for (const { ruleId, ruleIndex } of results)
      expect(tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
  });

  it('keeps a fingerprint while lines move and tokens age, and gives each finding its own', () => {
    const at = (line: number, days: number): Partial<Evidence> => ({
      tokens: [token('a', days), token('b', days)],
      leaks: [
        { file: '.env', line, isToken: true },
        { file: '.env', line: line + 1, isToken: true },
      ],
    });
    const prints = (given: Partial<Evidence>): string[] =>
      resultsOf(given).map((one) => JSON.stringify(one.partialFingerprints));
    expect(prints(at(3, 100))).toEqual(prints(at(40, 200)));
    expect(new Set(prints(at(3, 100))).size).toBe(prints(at(3, 100)).length);
  });

  it('places what is no file in the configuration, relative to the repository', () => {
    const placesOf = (configuration?: string): (string | undefined)[] =>
      resultsOf({ tokens: [token('a', 100)] }, configuration).map(
        ({ locations }) => locations[0]?.physicalLocation.artifactLocation.uri,
      );
    expect(new Set(placesOf('/repo/ci/keyturn.config.ts'))).toEqual(
      new Set(['ci/keyturn.config.ts']),
    );
    expect(new Set(placesOf('/elsewhere/keyturn.config.ts'))).toEqual(
      new Set(['keyturn.config.yaml']),
    );
  });

  it.each([
    ['yaml', 'rotations:\n  other: {}\n  ci: { sinks: [] }\n'],
    ['json', '{ "rotations": {\n"a": "ci",\n  "ci": {} } }'],
    ['ts', "rotations: {\n  // ci: of old\n  'ci': {},\n}"],
  ])('points at the rotation in %s', (_, text) => {
    const given = {
      tokens: [token('a', 100)],
      rotations: [rotation('ci', 'a', 100, ['env:a'])],
    };
    const lines = resultsOf(given, '/repo/keyturn.config', text).map(
      ({ locations }) => locations[0]?.physicalLocation.region.startLine,
    );
    expect(new Set(lines)).toEqual(new Set([3]));
  });
});
