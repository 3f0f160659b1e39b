import { describe, expect, it } from 'vitest';

import { factsOf } from '../shape/source.ts';

describe('the facts of a source file', () => {
  it.each([
    [
      "export { a } from './a.ts';\n// words\nexport type { B } from './b.ts';\nexport * from './c.ts';",
      true,
    ],
    ["export { a as default, a } from './a.ts';", true],
    ["import { a } from './a.ts';\nexport { a };", false],
    ['export const a = 1;', false],
  ])('tell whether there are only exports: %j', (text, expected) => {
    expect(factsOf(text).exportsOnly).toBe(expected);
  });

  it.each([
    ['process.env', 1],
    ['const { env } = process;', 1],
    ['globalThis.process.env', 1],
    ["import { env } from 'node:process';", 1],
    ['`${process.pid}`', 1],
    ["// process.env\nconst a = 'process.env';", 0],
    ['child.process.kill()', 0],
    ['const a = { process: 1 };', 0],
    ['interface A { process: string }', 0],
    ['function f(process: State) { return process.state; }', 0],
    ['{ const process = look(); process.state; }', 0],
  ])('find process: %j', (text, times) => {
    expect(factsOf(text).processes).toHaveLength(times);
  });

  it.each([
    ['secret.reveal()', [1]],
    ['a?.b.reveal()', [1]],
    ['\nreveal(secret)', [2]],
    ['list.map(reveal)', []],
    ["'.reveal('; // .reveal(", []],
  ])('find where plaintext leaves: %j', (text, lines) => {
    expect(factsOf(text).reveals).toEqual(lines);
  });

  it.each([
    ["throw new KeyturnError('A', 'b');", [1]],
    ["\nconst a = () => new core.KeyturnError('A', 'b');", [2]],
    ['KeyturnError.is(a); class B extends KeyturnError {}', []],
    ["'new KeyturnError('; // new KeyturnError(", []],
  ])('find where errors are created: %j', (text, lines) => {
    expect(factsOf(text).errors).toEqual(lines);
  });

  it('find imports of every form', () => {
    const text = [
      "import a from 'a';",
      "import type { B } from 'b';",
      "export * from 'c';",
      "const d = await import('d');",
      'const e = await import(name);',
      "import 'f';",
    ].join('\n');
    expect(factsOf(text).imports).toEqual([
      { line: 1, specifier: 'a', typeOnly: false },
      { line: 2, specifier: 'b', typeOnly: true },
      { line: 3, specifier: 'c', typeOnly: false },
      { line: 4, specifier: 'd', typeOnly: false, lazy: true },
      { line: 6, specifier: 'f', typeOnly: false },
    ]);
  });
});
