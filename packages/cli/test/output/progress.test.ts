import { KeyturnError, type Progress } from '@keyturn/core';
import { expect, it } from 'vitest';

import type { Host } from '../../src/host.ts';
import { progressView } from '../../src/output/progress.ts';

const CHANGES = new RegExp(`(${['\r\u001B\\[2K', '\u001B\\[1A\u001B\\[2K', '\n'].join('|')})`);

/** What a terminal of these rows shows of what was written, and how many lines of it change at once. */
function terminal(rows: number): { readonly host: Host; readonly lines: () => string[] } {
  const lines = [''];
  const write = (text: string): void => {
    for (const part of text.split(CHANGES)) {
      if (part === '\n') lines.push('');
      else if (part === '\r\u001B[2K') lines[lines.length - 1] = '';
      else if (part === '\u001B[1A\u001B[2K') lines.splice(-2, 2, '');
      else lines[lines.length - 1] += part;
    }
  };
  const stderr = { write, terminal: true, colour: false, columns: 80, rows };
  const clock = { now: () => 0, sleep: () => Promise.resolve() };
  return { host: { stderr, clock, verbosity: 'normal' } as unknown as Host, lines: () => lines };
}

const checking = (rotation: string): Progress => ({
  type: 'step',
  rotation,
  step: { type: 'check', reason: 'age' },
});
const failed = (rotation: string): Progress => ({
  type: 'sink',
  rotation,
  sink: 'env:.env',
  error: new KeyturnError('FILE_FAILED', 'env:.env: the disk is full'),
});

it('rotations side by side have a line each on a terminal, and none once they have ended', () => {
  const { host, lines } = terminal(24);
  const { show, end, pause } = progressView(host, true);
  show(checking('a'));
  show(checking('b'));
  show(failed('a'));
  show(checking('c'));
  const status = (name: string): unknown =>
    expect.stringMatching(new RegExp(`… checking +${name}: `));
  const line = expect.stringMatching(/✖ failed +a: env:\.env: the disk is full/);
  expect(lines()).toEqual([line, status('a'), status('b'), status('c')]);
  end('b');
  expect(lines()).toEqual([line, status('a'), status('c')]);
  // What is written by others comes above.
  pause();
  host.stderr.write('the report of b\n');
  show(checking('c'));
  expect(lines()).toEqual([line, 'the report of b', status('a'), status('c')]);
  end('a');
  end('c');
  expect(lines()).toEqual([line, 'the report of b', '']);
});

it('rotations side by side take no more of a small terminal than it has room for', () => {
  const { host, lines } = terminal(8);
  const { show } = progressView(host, true);
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) show(checking(name));
  expect(lines()).toHaveLength(5);
  expect(lines().at(-1)).toBe('  … and 3 more');
});
