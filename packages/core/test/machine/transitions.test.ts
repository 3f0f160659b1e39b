import { describe, expect, it } from 'vitest';

import { KeyturnError, type Phase } from '../../src/index.ts';
import type { EventType } from '../../src/ledger/index.ts';
import { nextPhase, transitions } from '../../src/ledger/transitions.ts';
import { phases } from '../../src/unstable.ts';

/** What each phase allows, written down a second time on purpose: the table and this must agree. */
const always: EventType[] = [
  'found',
  'absent',
  'identified',
  'moved',
  'outdated',
  'looked',
  'stamped',
  'missed',
  'settled',
  'drifted',
  'forgotten',
  'deployed',
  'enabling',
];
const allowed: Record<Phase, Partial<Record<EventType, Phase>>> = {
  idle: {
    opened: 'idle',
    'handed-over': 'idle',
    adopted: 'idle',
    started: 'issuing',
    tried: 'idle',
    condemned: 'idle',
    disabling: 'idle',
    disabled: 'idle',
    revoking: 'idle',
    revoked: 'idle',
  },
  issuing: { issued: 'granting', declined: 'idle', lost: 'lost', aborted: 'idle' },
  granting: { granted: 'verifying', rejected: 'idle', lost: 'lost', aborted: 'idle' },
  verifying: { verified: 'delivering', rejected: 'idle', lost: 'lost', aborted: 'idle' },
  delivering: {
    adopted: 'delivering',
    sending: 'delivering',
    delivered: 'delivering',
    undelivered: 'delivering',
    completed: 'grace',
    revoking: 'delivering',
    revoked: 'delivering',
    lost: 'lost',
    aborted: 'idle',
  },
  grace: {
    opened: 'idle',
    'handed-over': 'idle',
    adopted: 'grace',
    sending: 'grace',
    delivered: 'grace',
    undelivered: 'grace',
    tried: 'grace',
    condemned: 'grace',
    disabling: 'grace',
    disabled: 'grace',
    revoking: 'revoking',
    finished: 'idle',
  },
  revoking: {
    opened: 'idle',
    'handed-over': 'idle',
    adopted: 'revoking',
    sending: 'revoking',
    delivered: 'revoking',
    undelivered: 'revoking',
    tried: 'revoking',
    condemned: 'revoking',
    disabling: 'revoking',
    disabled: 'revoking',
    revoking: 'revoking',
    revoked: 'revoking',
    finished: 'idle',
  },
  lost: {
    opened: 'idle',
    'handed-over': 'idle',
    adopted: 'lost',
    tried: 'lost',
    condemned: 'lost',
    disabling: 'lost',
    disabled: 'lost',
    revoking: 'lost',
    revoked: 'lost',
    aborted: 'idle',
  },
};

const pairs = phases.flatMap((phase) =>
  (Object.keys(transitions) as EventType[]).map((event) => [phase, event] as const),
);

function outcome(phase: Phase, event: EventType): string {
  try {
    return nextPhase(phase, event);
  } catch (error) {
    return KeyturnError.is(error) ? error.code : String(error);
  }
}

describe('the transition table', () => {
  it.each(pairs)('%s × %s', (phase, event) => {
    const expected = always.includes(event)
      ? phase
      : (allowed[phase][event] ?? 'TRANSITION_INVALID');
    expect(outcome(phase, event)).toBe(expected);
  });

  it('never lets a token be asked for while another is under way', () => {
    expect(Object.keys(transitions.started)).toEqual(['idle']);
  });

  it.each(['toString', '__proto__', 'unknown'])('does not know the event %s', (event) => {
    expect(() => nextPhase('idle', event as EventType)).toThrow(
      expect.objectContaining({ code: 'TRANSITION_INVALID' }),
    );
  });
});
