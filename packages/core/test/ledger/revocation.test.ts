import { describe, expect, it } from 'vitest';

import type { RotationEvent } from '../../src/ledger/index.ts';
import type { RotationState } from '../../src/unstable.ts';
import { adopted, after, begun, completed, minute, opened, sending, write } from './events.ts';

const revoking = (token: string): RotationEvent => ({ type: 'revoking', token });
const nextChapter = (state: RotationState): RotationEvent => ({
  type: 'opened',
  rotation: 'r',
  summary: {
    current: state.current ?? '',
    tokens: [...state.tokens.values()],
    sinks: [...state.sinks.values()],
    attempts: [],
  },
});

describe('a token that is retired cannot be revoked', () => {
  it.each<[string, RotationEvent[], string]>([
    ['while a sink has it', [...write('new', 'a'), { type: 'completed', token: 'new' }], 'b'],
    [
      'while a sink may have it beside another one',
      [
        ...write('new', 'a'),
        ...write('new', 'b'),
        { type: 'completed', token: 'new' },
        { type: 'drifted', sink: 'b', holds: ['new', 'old'] },
      ],
      'b',
    ],
  ])('%s', (_, events, by) => {
    const state = after(events, begun, 6);
    expect(state.tokens.get('old')).toMatchObject({ retired: true });
    expect(() => after([revoking('old')], state, 20)).toThrow(
      expect.objectContaining({
        code: 'TRANSITION_INVALID',
        effect: 'none',
        message: `${by} might still hold token old`,
      }),
    );
  });

  it('while a write of it has no answer', () => {
    const lost: RotationEvent = { type: 'lost', label: 'label-new', reason: 'crash' };
    const state = after([sending('new', 'a'), lost], begun, 6);
    expect(() => after([revoking('new')], state, 20)).toThrow('a might still hold token new');
  });

  it('unless the user condemned it', () => {
    const state = after([nextChapter(begun)], after([opened, adopted]), 20);
    const condemned = after([{ type: 'condemned', token: 'old' }, revoking('old')], state, 21);
    expect(condemned.tokens.get('old')).toMatchObject({ retired: true, condemned: true });
  });

  it('any more once it is revoked', () => {
    const state = after([revoking('old'), { type: 'revoked', token: 'old' }], completed, 20);
    expect(state).toMatchObject({ revoked: ['old'] });
    expect([...state.tokens.keys()]).toEqual(['new']);
    expect(() => after([revoking('old')], state, 30)).toThrow('token old is not retired');
  });
});

it('a token is not disabled while a sink may hold it', () => {
  const state = after([...write('new', 'a'), { type: 'completed', token: 'new' }], begun, 6);
  expect(() => after([{ type: 'disabling', token: 'old' }], state, 20)).toThrow(
    expect.objectContaining({ message: 'b might still hold token old' }),
  );
});

it('a token that is disabled is no longer to be so', () => {
  const asked = after([{ type: 'disabling', token: 'old' }], completed, 20);
  expect(asked.tokens.get('old')).toMatchObject({ requested: 'disable' });
  const disabled = after([{ type: 'disabled', token: 'old' }], asked, 21);
  expect(disabled.tokens.get('old')).toEqual({
    ...completed.tokens.get('old'),
    disabledAt: minute(21),
  });
});

it.each(['condemned', 'enabling'] as const)('a token that is not known cannot be %s', (type) => {
  expect(() => after([{ type, token: 'x' }], after([opened, adopted]))).toThrow(
    expect.objectContaining({ code: 'TRANSITION_INVALID', message: 'token x is unknown' }),
  );
});

it('tokens that are revoked add up in a chapter, and a new one starts without', () => {
  const state = after(
    [
      revoking('old'),
      { type: 'revoked', token: 'old' },
      { type: 'condemned', token: 'new' },
      revoking('new'),
      { type: 'revoked', token: 'new' },
    ],
    completed,
    20,
  );
  expect(state.revoked).toEqual(['old', 'new']);
  expect(after([nextChapter(state)], state, 30).revoked).toEqual([]);
});
