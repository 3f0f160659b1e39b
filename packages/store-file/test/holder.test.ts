import { describe, expect, it } from 'vitest';

import { busy, isSilent } from '../src/holder.ts';
import { fakeMachine, LEASE } from './support.ts';

const machine = fakeMachine(1, {});
const here = {
  owner: 'keyturn rotate',
  pid: 42,
  start: '1000',
  host: machine.host,
  instance: machine.instance,
  since: '2030-01-01T00:00:00.000Z',
};

describe('silence', () => {
  it.each([
    [-86_400_000, false],
    [0, false],
    [LEASE, false],
    [LEASE + 4000, false],
    [LEASE + 4001, true],
  ])('of %i ms counts beyond the lease and twice the coarsest resolution: %s', (time, expected) => {
    expect(isSilent(time, LEASE)).toBe(expected);
  });
});

describe('a busy lock', () => {
  it('names the holder, escaped, and what to do', () => {
    const error = busy('ci\n', { ...here, owner: 'evil\u001b[31m' }, machine, LEASE);
    expect(error.code).toBe('STATE_BUSY');
    expect(error.message).toBe(
      'rotation "ci\\u000a" is held by evil\\u001b[31m (process 42 on alpha, since 2030-01-01T00:00:00.000Z)',
    );
    expect(error.hint).toContain('end process 42');
    expect(busy('ci', { ...here, host: 'beta' }, machine, LEASE).hint).toContain('124 seconds');
  });
});
