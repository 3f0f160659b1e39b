import { describe, expect, it } from 'vitest';

import type { RotationEvent } from '../../src/ledger/index.ts';
import { emptyState, summarise } from '../../src/unstable.ts';
import { adopted, after, completed, minute, opened, started } from './events.ts';

const alone = after([opened, adopted]);
const lost: RotationEvent = { type: 'lost', label: 'label-new', reason: 'crash' };

describe('a chapter', () => {
  const whole = after(
    [{ type: 'identified', issuer: { id: 'issuer' }, places: {} }],
    completed,
    20,
  );

  it('begins with all that is carried over', () => {
    const next: RotationEvent = {
      type: 'opened',
      rotation: 'renamed',
      summary: summarise(whole),
    };
    const state = after([next], whole, 30);
    expect(state).toMatchObject({
      phase: 'idle',
      rotation: 'renamed',
      chapterUsed: false,
      issuer: { id: 'issuer' },
      current: 'new',
      permissions: ['write'],
    });
    expect(state.tokens).toEqual(whole.tokens);
    expect(state.sinks).toEqual(whole.sinks);
  });

  it('begins with nothing else', () => {
    const state = after([opened], whole, 30);
    expect(state).toMatchObject({ phase: 'idle', attempts: [], chapterUsed: false });
    expect(Object.keys(state)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(?:issuer|current|permissions|active)$/)]),
    );
    expect([state.tokens.size, state.sinks.size]).toEqual([0, 0]);
  });

  it('of a ledger without records carries nothing over', () => {
    expect(summarise(emptyState)).toStrictEqual({ tokens: [], sinks: [], attempts: [] });
  });

  it('carries open attempts over', () => {
    const state = after([started('new'), lost], alone, 5);
    const next: RotationEvent = { type: 'opened', rotation: 'r', summary: summarise(state) };
    expect(after([next], state, 9).attempts).toEqual([{ label: 'label-new', at: minute(6) }]);
  });

  it('that is handed over keeps nothing', () => {
    const state = after([{ type: 'handed-over', to: 'other' }], whole, 30);
    expect([state.tokens.size, state.sinks.size]).toEqual([0, 0]);
    expect(state).not.toHaveProperty('current');
    expect(state).not.toHaveProperty('permissions');
    const open = after([started('new'), lost, { type: 'handed-over', to: 'other' }], alone, 5);
    expect(open.attempts).toEqual([]);
  });
});
