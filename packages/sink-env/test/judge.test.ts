import { describe, expect, it } from 'vitest';

import { formats } from '../src/formats/formats.ts';
import { judge, type Verdict } from './matrix/judge.ts';
import type { Reader } from './matrix/reader.ts';

type Values = Readonly<Record<string, string>> | undefined;

function verdictOn(
  [old, now]: readonly [string, string],
  [before, after]: readonly [Values, Values],
  exports?: Reader['exports'],
  complaint = '',
): Verdict {
  const { read, scan } = formats.dotenv;
  const reading = (values: Values, said = '') => ({
    values: values && new Map(Object.entries(values)),
    complaint: said,
  });
  return judge(reading(before), reading(after, complaint), exports, {
    format: 'dotenv',
    values: new Map([['T', 'new']]),
    meant: read(old),
    old: scan(old).assignments,
    lines: scan(now).assignments,
  });
}

const replaced = ['A=1\nT=old\n', 'A=1\nT=new\n'] as const;
const added = ['A=1\n', 'A=1\nT=new\n'] as const;
const worse = { worse: expect.any(String) };

describe('the matrix', () => {
  it.each<[string, readonly [string, string], readonly [Values, Values], unknown]>([
    [
      'the new value',
      replaced,
      [
        { A: '1', T: 'old' },
        { A: '1', T: 'new' },
      ],
      'right',
    ],
    [
      'the old value',
      replaced,
      [
        { A: '1', T: 'old' },
        { A: '1', T: 'old' },
      ],
      worse,
    ],
    ['no value', replaced, [{ A: '1', T: 'old' }, { A: '1' }], worse],
    [
      'another other value',
      replaced,
      [
        { A: '1', T: 'old' },
        { A: '2', T: 'new' },
      ],
      worse,
    ],
    ['another name', replaced, [{ T: 'old' }, { T: 'new', B: '1' }], worse],
    ['nothing any more', replaced, [{ A: '1', T: 'old' }, undefined], worse],
    ['nothing, as before', replaced, [undefined, undefined], 'as before'],
    ['a file that it rejected', replaced, [undefined, { A: '1', T: 'new' }], 'right'],
    ['a value misread as before', replaced, [{ T: 'old ' }, { T: 'new ' }], 'as before'],
    ['a value within another', replaced, [{ B: '-old-' }, { B: '-new-' }], 'as before'],
    ['a new name', added, [{ A: '1' }, { A: '1', T: 'new' }], 'right'],
    ['a new name otherwise', added, [{ A: '1' }, { A: '1', T: 'new ' }], worse],
    ['a new name misread like all', added, [{ A: '1 ' }, { A: '1 ', T: 'new ' }], 'as before'],
  ])('judges %s', (_, files, readings, verdict) => {
    expect(verdictOn(files, readings)).toEqual(verdict);
  });

  it('knows who needs an export, and who cannot read it', () => {
    const nothing = [{}, {}] as const;
    expect(verdictOn(added, nothing, 'needed')).toBe('as before');
    expect(verdictOn(['export A=1\n', 'export A=1\nT=new\n'], nothing, 'needed')).toEqual(worse);
    const exported = ['export A=1\n', 'export A=1\nexport T=new\n'] as const;
    expect(verdictOn(exported, nothing, 'unknown')).toBe('as before');
    expect(verdictOn(['A=1\n', 'A=1\nexport T=new\n'], nothing, 'unknown')).toEqual(worse);
  });

  it('counts a new complaint as worse', () => {
    const readings = [
      { A: '1', T: 'old' },
      { A: '1', T: 'new' },
    ] as const;
    expect(verdictOn(replaced, readings, undefined, 'T: command not found')).toEqual(worse);
  });
});
