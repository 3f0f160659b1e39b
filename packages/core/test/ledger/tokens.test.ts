import { describe, expect, it } from 'vitest';

import type { RotationEvent } from '../../src/ledger/index.ts';
import { summarise } from '../../src/unstable.ts';
import {
  adopted,
  after,
  begun,
  completed,
  issued,
  minute,
  opened,
  place,
  ref,
  sending,
  started,
  verified,
  write,
} from './events.ts';

const alone = after([opened, adopted]);
const lost: RotationEvent = { type: 'lost', label: 'label-new', reason: 'crash' };

describe('a token that is named', () => {
  it('is the one in use, with what it may do and where it is', () => {
    const state = after([opened, { ...adopted, places: { a: place('a') } }]);
    expect(state).toMatchObject({ current: 'old', permissions: ['read'] });
    expect(state.tokens.get('old')).toEqual({ ref: ref('old'), exposed: true, retired: false });
    expect(state.sinks.get('a')).toMatchObject({ base: ['old'], place: place('a') });
    expect(state.sinks.get('b')).not.toHaveProperty('place');
  });

  it('beside the one in use is retired, and held where it is said to be', () => {
    const other: RotationEvent = {
      type: 'adopted',
      token: ref('older'),
      sinks: ['a'],
      permissions: ['all'],
    };
    const state = after([other], alone, 5);
    expect(state).toMatchObject({ current: 'old', permissions: ['read'] });
    expect(state.tokens.get('older')).toMatchObject({ retired: true });
    expect(state.tokens.get('older')).not.toHaveProperty('releasedAt');
    expect(state.sinks.get('a')?.base).toEqual(['old', 'older']);
    // Nobody holds it: its grace starts at once.
    const free = after([{ ...other, sinks: [] }], alone, 5);
    expect(free.tokens.get('older')).toMatchObject({ retired: true, releasedAt: minute(5) });
  });

  it('again is the same token in more places', () => {
    const state = after([{ ...adopted, sinks: ['b', 'c'], permissions: ['all'] }], alone, 5);
    expect(state).toMatchObject({ current: 'old', permissions: ['all'] });
    expect(state.tokens.get('old')).toMatchObject({ retired: false });
    expect(state.sinks.get('b')?.base).toEqual(['old']);
    expect(state.sinks.get('c')?.base).toEqual(['old']);
    const nowhere = after([{ ...adopted, sinks: [] }], alone, 5);
    expect(nowhere.tokens.get('old')).not.toHaveProperty('releasedAt');
  });
});

describe('a token that is asked for', () => {
  it('is known from its answer on, with both times', () => {
    const state = after([started('new'), issued('new')], alone, 5);
    expect(state.tokens.get('new')).toEqual({
      ref: ref('new'),
      askedAt: minute(5),
      answeredAt: minute(6),
      exposed: false,
      retired: false,
    });
    expect(after([started('new')], alone, 5).attempts).toStrictEqual([
      { label: 'label-new', at: minute(5) },
    ]);
    expect(state).toMatchObject({
      attempts: [],
      chapterUsed: true,
      active: { label: 'label-new', token: 'new' },
    });
  });

  it('and turned up before its answer arrived is ours to deliver', () => {
    const found: RotationEvent = { type: 'found', label: 'label-new', token: ref('new') };
    const state = after([started('new'), found, issued('new')], alone, 5);
    expect(state.tokens.get('new')).toMatchObject({ retired: false });
  });

  it('under one label cannot be answered under another', () => {
    expect(() => after([started('new'), issued('other')], alone, 5)).toThrow(
      expect.objectContaining({
        code: 'TRANSITION_INVALID',
        message: 'no token was requested under the label label-other',
      }),
    );
  });

  it('and refused leaves nothing open but what was lost before', () => {
    const declined: RotationEvent = { type: 'declined', label: 'label-x', code: 'AUTH_DENIED' };
    const again: RotationEvent = {
      type: 'opened',
      rotation: 'r',
      summary: { tokens: [], sinks: [], attempts: [{ label: 'label-new', at: minute(1) }] },
    };
    const state = after([again, started('x'), declined], alone, 5);
    expect(state.attempts.map(({ label }) => label)).toEqual(['label-new']);
    expect(state).not.toHaveProperty('active');
  });

  it('and turns up later is dated by its own attempt', () => {
    const attempts = [
      { label: 'label-x', at: minute(1) },
      { label: 'label-y', at: minute(2) },
    ];
    const again: RotationEvent = {
      type: 'opened',
      rotation: 'r',
      summary: { tokens: [], sinks: [], attempts },
    };
    const found = (id: string): RotationEvent => ({
      type: 'found',
      label: `label-${id}`,
      token: ref(id),
    });
    const state = after([again, found('y'), found('z')], alone, 5);
    expect(state.attempts).toEqual([{ label: 'label-x', at: minute(1) }]);
    expect(state.tokens.get('y')).toMatchObject({ askedAt: minute(2), retired: true });
    // Its attempt is settled already.
    expect(state.tokens.get('z')).toMatchObject({ askedAt: minute(7), answeredAt: minute(7) });
  });

  it('and turns up although it is in use stays as it is', () => {
    const found: RotationEvent = { type: 'found', label: 'label-new', token: ref('new') };
    expect(after([found], completed, 20).tokens).toEqual(completed.tokens);
  });

  it.each<[string, RotationEvent]>([
    ['lost', lost],
    ['aborted', { type: 'aborted', label: 'label-new' }],
    ['rejected', { type: 'rejected', token: 'new', code: 'VERIFY_FAILED' }],
  ])('and %s is to be revoked', (_, event) => {
    const state = after([started('new'), issued('new'), event], alone, 5);
    expect(state.tokens.get('new')).toMatchObject({ retired: true, releasedAt: minute(7) });
    expect(state).not.toHaveProperty('active');
    expect(state.current).toBe('old');
  });

  it('and lost may be given up', () => {
    const state = after([started('new'), lost, { type: 'aborted', label: '' }], alone, 5);
    expect(state).toMatchObject({
      phase: 'idle',
      attempts: [{ label: 'label-new', at: minute(6) }],
    });
  });

  it('and lost dates its own attempt alone, by the clock of who says so', () => {
    const attempts = [{ label: 'label-x', at: minute(1), by: 'one' }];
    const again: RotationEvent = {
      type: 'opened',
      rotation: 'r',
      summary: { tokens: [], sinks: [], attempts },
    };
    const asked = after([again, started('new')], alone, 5, 'one');
    expect(asked.attempts).toEqual([...attempts, { label: 'label-new', at: minute(6), by: 'one' }]);
    expect(after([lost], asked, 9, 'two').attempts).toEqual([
      ...attempts,
      { label: 'label-new', at: minute(9), by: 'two' },
    ]);
  });
});

describe('a token that is in place', () => {
  it('is the one in use, with what it was granted', () => {
    expect(completed).toMatchObject({ phase: 'grace', current: 'new', permissions: ['write'] });
    expect(completed).not.toHaveProperty('active');
    expect(completed.tokens.get('new')).toMatchObject({ exposed: true, retired: false });
  });

  it('is not retired by being completed again', () => {
    const again: RotationEvent = {
      type: 'opened',
      rotation: 'r',
      summary: { ...summarise(completed), current: 'x' },
    };
    const state = after(
      [again, ...verified('x'), { type: 'completed', token: 'x' }],
      completed,
      20,
    );
    expect(state.tokens.get('x')).toMatchObject({ retired: false });
  });

  it('may be gone at its issuer, and be there again', () => {
    const missed = (token: string, missing: boolean): RotationEvent => ({
      type: 'missed',
      token,
      missing,
    });
    const state = after([missed('new', true)], completed, 20);
    expect(state.tokens.get('new')).toMatchObject({ missing: true, exposed: true });
    expect(after([missed('new', false)], state, 21).tokens).toEqual(completed.tokens);
    expect(after([missed('x', true)], completed, 20).tokens).toEqual(completed.tokens);
  });

  it('may be disabled by somebody, and be gone after that', () => {
    const missed: RotationEvent = { type: 'missed', token: 'new', missing: true };
    const disabled = after([{ ...missed, disabled: true }], completed, 20);
    const known = completed.tokens.get('new');
    expect(disabled.tokens.get('new')).toEqual({ ...known, missing: true, disabledByOthers: true });
    expect(after([missed], disabled, 21).tokens.get('new')).toStrictEqual({
      ...known,
      missing: true,
    });
  });
});

describe('a token cannot be delivered', () => {
  it.each([
    ['that is not known', 'x'],
    ['that is retired', 'old'],
  ])('%s', (_, token) => {
    expect(() => after([sending(token, 'a')], completed, 20)).toThrow(
      expect.objectContaining({ message: `token ${token} cannot be delivered anymore` }),
    );
  });
});

it('a release stays where it was when the token is retired later', () => {
  const early = after([...write('new', 'a'), ...write('new', 'b')], begun, 6);
  expect(early.tokens.get('old')?.releasedAt).toBe(minute(9));
  expect(completed.tokens.get('old')?.releasedAt).toBe(minute(9));
});
