import { describe, expect, it } from 'vitest';

import type { RotationRequest } from '../../src/index.ts';
import { Claims } from '../../src/runner/run/beside.ts';
import { fit } from '../../src/runner/run/fitting.ts';
import { intentOf } from '../../src/runner/run/intent.ts';
import { makeWorld, names } from './world.ts';

const timing = { maxAge: 3, grace: 2, settle: 1 };

function requestOf(
  changes: Partial<RotationRequest>,
  supports: Partial<RotationRequest['issuer']['supports']> = {},
): RotationRequest {
  const { issuer, sinks } = makeWorld(['memory:a']);
  return {
    name: 'ci',
    issuer: { ...issuer, supports: { ...issuer.supports, ...supports } },
    sinks,
    layout: { kind: 'pair', names },
    policy: timing,
    permissions: [],
    ...changes,
  };
}

const plain = {
  policy: { ...timing, pause: 0 },
  selected: ['memory:a'],
  configured: ['memory:a'],
  force: false,
  wait: false,
  abort: false,
  drift: 'off',
};

describe('what a run is asked to do', () => {
  it('has nothing that is not asked for', () => {
    expect(intentOf(requestOf({}), timing)).toStrictEqual(plain);
    const able = requestOf({}, { disable: true });
    expect(intentOf(able, timing)).toStrictEqual(plain);
  });

  it('has all that is', () => {
    const asked = { force: true, wait: true, abort: true, drift: 'heal', replaces: 'x' } as const;
    const request = requestOf({ ...asked, selected: [] }, { most: 2, disable: true });
    expect(intentOf(request, { ...timing, pause: 9 })).toStrictEqual({
      ...plain,
      ...asked,
      policy: { ...timing, pause: 9 },
      selected: [],
      most: 2,
    });
  });

  it('has no grace if the token leaked', () => {
    const request = requestOf({ breakGlass: 'replace-first', canary: { timeout: 1 } });
    expect(intentOf(request, { ...timing, pause: 9 })).toStrictEqual({
      ...plain,
      policy: { ...timing, grace: 0 },
      breakGlass: 'replace-first',
    });
  });
});

describe('a place that a rotation claims', () => {
  const place = (target: string) => ({ target, layout: { kind: 'pair', names } as const });

  it('is its own, and no other place is', () => {
    const claims = new Claims();
    expect(claims.claim('one', [place('a'), place('b')])).toBeUndefined();
    expect(claims.claim('one', [place('a'), place('b')])).toBeUndefined();
    expect(claims.claim('two', [place('c')])).toBeUndefined();
    expect(claims.claim('three', [place('d'), place('b')])).toEqual([
      'one',
      place('b'),
      place('b'),
    ]);
    expect(claims.claim('four', [place('d')])).toBeUndefined();
  });
});

it('names of several spellings make a pair', () => {
  const [one, other] = [
    { kind: 'pair', names: { id: 'A', token: 'B' } },
    { kind: 'pair', names: { id: 'C', token: 'D' } },
  ] as const;
  expect(fit(one, [other], ['A', 'D'])).toEqual({ kind: 'pair', names: { id: 'A', token: 'D' } });
});
