import { describe, expect, it } from 'vitest';

import type { Phase } from '../../src/index.ts';
import { nextPhase } from '../../src/ledger/transitions.ts';

describe.each<Phase>([
  'idle',
  'issuing',
  'granting',
  'verifying',
  'delivering',
  'grace',
  'revoking',
  'lost',
])('while a rotation is %s', (phase) => {
  it('a lost token may turn up', () => {
    expect(nextPhase(phase, 'found')).toBe(phase);
  });

  it('what cannot happen changes nothing, and says so', () => {
    expect(() => nextPhase(phase, 'hopeful' as 'found')).toThrow(
      expect.objectContaining({
        code: 'TRANSITION_INVALID',
        effect: 'none',
        message: `"hopeful" is not allowed in the phase ${phase}`,
      }),
    );
  });
});
