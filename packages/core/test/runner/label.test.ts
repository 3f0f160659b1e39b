import { describe, expect, it } from 'vitest';

import { isLabelOf, newLabel } from '../../src/runner/run/label.ts';
import { seededRandom } from '../../src/testing/memory/random.ts';

const label = (rotation: string): string => newLabel(rotation, 0, seededRandom(1));

describe('the label of a new token', () => {
  it('has the name of its rotation, the time, and something of its own', () => {
    expect(label('ci-github')).toMatch(/^keyturn-ci-github-19700101T000000Z-[a-z0-9]{8}$/);
  });

  it.each([
    ['aaaaaaaaaaaaaaaaaaaa', 'keyturn-aaaaaaaaaaaaaaaaaaaa-'],
    ['aaaaaaaaaaaaaaaaaaaaa', 'keyturn-aaaaaaaaaaaaa-7df8e2-'],
    ['ci_github', 'keyturn-ci-github-a4f9c1-'],
    ['ci.github.production.eu', 'keyturn-ci-github-pro-7cf32a-'],
  ])('has the name %s, or what fits of it and its hash', (rotation, prefix) => {
    expect(label(rotation).slice(0, -'19700101T000000Z-12345678'.length)).toBe(prefix);
  });

  it('is that of its rotation alone, however alike two names are', () => {
    const names = [
      'ci',
      'ci-github',
      'ci-github-2',
      'ci.github',
      'ci_github',
      'ci-github-production-eu',
      'ci-github-production-us',
    ];
    for (const one of names)
      for (const other of names) expect(isLabelOf(label(one), other)).toBe(one === other);
  });

  it('is none of others', () => {
    for (const text of ['keyturn-ci', 'keyturn-ci-x', `${label('ci')}x`, `x${label('ci')}`, ''])
      expect(isLabelOf(text, 'ci')).toBe(false);
  });
});
