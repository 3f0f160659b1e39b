import { stripTypeScriptTypes } from 'node:module';
import { runInNewContext } from 'node:vm';

import { describe, expect, it } from 'vitest';

import { collect, parse } from '../mutants/collect.ts';
import { instrument } from '../mutants/instrument.ts';
import { justify } from '../mutants/justified.ts';
import { placeOf } from '../mutants/place.ts';
import { render, shareOf, type Result } from '../mutants/report.ts';

/** What each change makes of a text. */
function changed(text: string): readonly string[] {
  return collect(parse(text)).map(
    ({ start, end, text: other }) => text.slice(0, start) + other + text.slice(end),
  );
}

describe('the changes of', () => {
  it.each([
    ['a boundary', 'f(a < b)', ['f(a <= b)', '']],
    ['an equality', 'x = f(a === b)', ['', 'x = f(a !== b)']],
    ['a condition', 'if (a) f();', ['if (true) f();', 'if (false) f();']],
    ['a loop, which is never made endless', 'while (a) f();', ['while (false) f();', 'while (a) ']],
    ['a conjunction', 'x(a && b)', ['', 'x(a)', 'x(b)']],
    ['a default', 'x(a ?? b)', ['', 'x(a)', 'x(b)']],
    ['a result', '() => a > b', ['', '() => true', '() => false', '() => a >= b']],
    ['a call that is waited for', 'await lock.confirm();', ['']],
    ['a refusal', 'a(); throw b;', [' throw b;', 'a(); ']],
    [
      'a function',
      'function f() { a(); b(); }',
      ['function f() {}', 'function f() {  b(); }', 'function f() { a();  }'],
    ],
    [
      'a branch and the other one',
      'if (a) { f(); } else { g(); }',
      [
        'if (true) { f(); } else { g(); }',
        'if (false) { f(); } else { g(); }',
        'if (a) {  } else { g(); }',
        'if (a) { f(); } else {  }',
      ],
    ],
    ['a flag', 'x = { once: true }', ['', 'x = { once: false }']],
    ['a word', "fail('TOO_LARGE')", ['', "fail('')"]],
    ['a text for people', "tell('Run it again.')", ['']],
    ['a list', 'f([a, b])', ['', 'f([b])', 'f([a])']],
    ['an object', 'f({ ...a, b })', ['', 'f({ ...{}, b })']],
    ['an expression that is anchored', 'f(/^a$/)', ['', 'f(/a$/)', 'f(/^a/)']],
    ['a filter', 'f(a.filter(b).map(c))', ['', 'f(a.map(c))']],
    ['all and any', 'f(a.some(b))', ['', 'f(a.every(b))']],
    ['a chain', 'f(a?.b.c)', ['', 'f(a.b.c)']],
    ['arithmetic', 'f(a + b * c)', ['', 'f(a - b * c)', 'f(a + b / c)']],
    ['texts that are put together', "f('a ' + b)", ['']],
    ['a memo', 'a ??= b;', ['', 'a = b;']],
    ['a count', 'a++;', ['', 'a--;']],
    ['what is gone when it runs', "import { a } from 'a'; export type B = 'x' | 'y';", []],
    ['what is named like a method of every object', 'f(a.toString())', ['']],
  ])('%s', (_, text, expected) => {
    expect(changed(text).toSorted()).toEqual(expected.toSorted());
  });
});

describe('a source that holds its mutants', () => {
  const text = `
    function sign(a: number): string {
      if (a > 0) return 'plus';
      else if (a === 0) note('zero');
      else note('below');
      return [1, 2].filter((one) => one > 1).map(String).join('') + (object?.a.b ?? 'nothing');
    }
    const object: { a: { b: string } } | undefined = undefined;
    function note(what: string): void { noted.push(what); }
    sign(N) + noted.join('');`;
  const source = parse(text);
  const mutants = collect(source).map((change, id) => ({
    ...placeOf('a.ts', source, change),
    id: id + 1,
    change,
  }));
  const code = stripTypeScriptTypes(instrument(source, mutants)).replace(/import "[^"]+";/, '');
  const run = (active: number, n: number): unknown => {
    const isOn = (id: number): boolean => id === active;
    return runInNewContext(code, { $isOn: isOn, N: n, noted: [] }) as unknown;
  };

  it('does what it did as long as none is on', () => {
    expect([run(0, 1), run(0, 0), run(0, -1)]).toEqual(['plus', '2nothingzero', '2nothingbelow']);
  });

  it('does what the one that is on does', () => {
    const idOf = (operator: string, after: string): number =>
      mutants.find((one) => one.operator === operator && one.after === after)?.id ?? 0;
    expect(run(idOf('boundary', '>='), 0)).toBe('plus');
    expect(run(idOf('word', "''"), 1)).toBe('');
    expect(run(idOf('call', ''), 0)).toBe('12nothingzero');
    expect(() => run(idOf('optional chain', '.'), 0)).toThrow(/undefined/);
    expect(
      run(mutants.findLast(({ operator }) => operator === 'statement')?.id ?? 0, 0),
    ).toBeUndefined();
  });
});

describe('the report', () => {
  const place = { line: 1, column: 1, operator: 'condition', before: 'a', source: 'if (a) f();' };
  const result = (verdict: Result['verdict'], after: string): Result => ({
    ...place,
    file: 'a.ts',
    after,
    verdict,
  });
  const results = [result('killed', 'true'), result('timed out', 'b'), result('survived', 'false')];
  const reason = { file: 'a.ts', source: 'if (a) f();', before: 'a', reason: 'it only costs time' };

  it('counts what was noticed, of what should be', () => {
    expect(shareOf(results)).toBeCloseTo(2 / 3);
    expect(render(results)).toContain('a.ts:1:1 survived, condition: a → false');
    const { results: judged, stale } = justify(results, [{ ...reason, after: 'false' }], true);
    expect(shareOf(judged)).toBe(1);
    expect(render(judged)).not.toContain('survived, condition');
    expect(stale).toEqual([]);
  });

  it('names reasons that nothing needs, where all of a file was tried', () => {
    const unneeded = { ...reason, after: 'true' };
    expect(justify(results, [unneeded], true).stale).toEqual([unneeded]);
    expect(justify(results, [unneeded], false).stale).toEqual([]);
    expect(justify(results, [{ ...unneeded, file: 'b.ts' }], true).stale).toEqual([]);
  });
});
