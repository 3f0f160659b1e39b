import { describe, expect, it } from 'vitest';

import { compareTail } from '../src/tail.ts';

describe('the end that is shown of a value', () => {
  it.each([
    ['pscale_tkn_abcdEFGH', 'EFGH', 'equal'],
    ['abcde', 'bcde', 'equal'],
    ['pscale_tkn_abcdEFGH', 'efgh', 'other'],
    ['pscale_tkn_abcdEFGH', 'abcd', 'other'],
    // How much is shown of a short value is not documented.
    ['abcdefgh', 'gh', 'unknown'],
    ['abcdefgh', '', 'unknown'],
    ['abcdefgh', undefined, 'unknown'],
    ['abcd', 'wxyz', 'unknown'],
    ['', '', 'unknown'],
    // Nor is which characters count as ASCII.
    ['A=secret\n', 'cret', 'unknown'],
    ['geheim-ß', 'eim-', 'unknown'],
  ])('%j and %j: %s', (value, shown, verdict) => {
    expect(compareTail(value, shown)).toBe(verdict);
  });
});
