import { parseTarget } from '@keyturn/core';
import { describe, expect, it } from 'vitest';

import { canonicalId, parseExecTarget } from '../src/target.ts';

const idOf = (text: string): string => canonicalId(parseExecTarget(parseTarget(text)), '/srv/app');

describe('the target of a program', () => {
  it.each([
    ['exec:./put.sh', 'exec:./put.sh'],
    ['exec:scripts/put.sh', 'exec:./scripts/put.sh'],
    ['exec:./scripts/../put.sh', 'exec:./put.sh'],
    ['exec:/srv/app/put.sh', 'exec:./put.sh'],
    ['exec:../put.sh', 'exec:../put.sh'],
    ['exec:/usr/local/bin/put', 'exec:/usr/local/bin/put'],
    ['exec:put-secret', 'exec:put-secret'],
    ['exec:put?args=--project web', 'exec:put?args=--project%20web'],
    ['exec:put?args=--project%20%20web&timeout=2m', 'exec:put?args=--project%20web'],
    ['exec:put?check=1&env=GITHUB_TOKEN', 'exec:put'],
  ])('%s is %s', (text, id) => {
    expect(idOf(text)).toBe(id);
    expect(idOf(id)).toBe(id);
  });

  it('has its options', () => {
    expect(parseExecTarget(parseTarget('exec:put?args=a b&timeout=2m&env=A,B&check=1'))).toEqual({
      program: 'put',
      args: ['a', 'b'],
      timeout: 120_000,
      env: ['A', 'B'],
      check: true,
    });
  });

  it.each([
    ['exec:', 'program is missing'],
    ['exec:scripts/', 'program is missing'],
    ['exec:..?args=a', 'program is missing'],
    ['exec:~/put.sh', '~ is not expanded'],
    ['exec:put?arg=a', '"arg"'],
    ['exec:put?timeout=soon', '"soon" for timeout'],
    ['exec:put?timeout=0', 'timeout=0'],
    ['exec:put?timeout=2h', 'timeout=2h'],
    ['exec:put?env=A B', '"A B"'],
    ['exec:put?check=yes', '"yes" for check'],
  ])('is refused: %s', (text, message) => {
    expect(() => parseExecTarget(parseTarget(text))).toThrow(
      expect.objectContaining({
        code: 'TARGET_INVALID',
        effect: 'none',
        hint: expect.any(String),
        message: expect.stringContaining(message),
      }),
    );
  });
});
