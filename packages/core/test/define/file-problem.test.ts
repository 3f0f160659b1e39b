import { readFile } from 'node:fs/promises';

import { describe, expect, it } from 'vitest';

import { codeOf, fileProblem, hasCode } from '../../src/index.ts';

describe('the code of an error', () => {
  it('is that of the operating system', async () => {
    const error: unknown = await readFile('/nowhere/at/all').catch((thrown: unknown) => thrown);
    expect(codeOf(error)).toBe('ENOENT');
    expect(hasCode(error, 'EACCES', 'ENOENT')).toBe(true);
    expect(hasCode(error, 'EACCES')).toBe(false);
  });

  it.each([new Error('x'), 'ENOENT', undefined, { code: 'ENOENT' }])('is missing: %s', (thrown) => {
    expect(codeOf(thrown)).toBeUndefined();
    expect(hasCode(thrown, 'ENOENT', 'undefined')).toBe(false);
  });
});

describe('a problem with a file', () => {
  const own = {
    EACCES: { hint: 'Ask Ana.' },
    EXDEV: { what: 'it is elsewhere', hint: 'Move it.' },
  };
  const explain = (code: string | undefined) => fileProblem(code, own, 'Look.');

  it('that every adapter has means the same everywhere', () => {
    expect(explain('ENOSPC')).toEqual({
      what: 'the disk is full',
      hint: expect.stringContaining('disk space'),
    });
  });

  it('has the hint of the adapter, if it has one', () => {
    expect(explain('EACCES')).toEqual({ what: 'permission denied', hint: 'Ask Ana.' });
    expect(explain('EXDEV')).toEqual(own.EXDEV);
    expect(explain('EROFS')).toEqual({ what: 'the file system is read-only', hint: 'Look.' });
  });

  it.each([
    [undefined, 'unexpected error'],
    ['EWEIRD', 'the file system reports EWEIRD'],
    ['constructor', 'the file system reports constructor'],
  ])('that is unknown is reported by its code: %s', (code, what) => {
    expect(explain(code)).toEqual({ what, hint: 'Look.' });
  });
});
