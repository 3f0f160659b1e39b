import { describe, expect, it } from 'vitest';

import { cellsOf } from '../e2e/cells.ts';
import { isGood, table, type Cell } from '../e2e/matrix.ts';

const held = (row: string, column: string): Cell => ({
  row,
  column,
  outcome: { kind: 'held', seconds: 1.4 },
});
const failed: Cell = {
  row: 'yarn',
  column: 'Node 22',
  outcome: { kind: 'failed', reason: 'yarn add ended with 1' },
};
const skipped: Cell = {
  row: 'yarn',
  column: 'Node 26',
  outcome: { kind: 'skipped', reason: 'not for this system' },
};

describe('the matrix of the end-to-end tests', () => {
  it('shows each cell, and why one did not hold', () => {
    const text = table([held('npm', 'Node 22'), held('npm', 'Node 26'), failed, skipped]);
    expect(text.split('\n')).toEqual([
      '      Node 22  Node 26',
      'npm   ✔ 1 s    ✔ 1 s',
      'yarn  ✖        –',
      '',
      '✖ yarn, Node 22: yarn add ended with 1',
      '– yarn, Node 26: not for this system',
      '',
    ]);
  });

  it('is good only if something ran and nothing failed', () => {
    expect(isGood([held('npm', 'Node 22'), skipped])).toBe(true);
    expect(isGood([held('npm', 'Node 22'), failed])).toBe(false);
    expect(isGood([skipped])).toBe(false);
    expect(isGood([])).toBe(false);
  });

  it('has every manager on every line, and no cell twice', () => {
    const names = cellsOf(false).map(({ row, column }) => `${row}, ${column}`);
    expect(new Set(names).size).toBe(names.length);
    for (const manager of ['npm', 'pnpm', 'yarn, Plug’n’Play', 'yarn, node_modules'])
      for (const line of ['22', '24', '26'])
        expect(names).toContain(`init, ${manager}, Node ${line}`);
    expect(cellsOf(true)).toHaveLength(1);
  });
});
