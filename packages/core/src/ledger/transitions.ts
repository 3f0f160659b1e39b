import { eventNotAllowed } from '../messages.ts';
import type { EventType } from './event.ts';
import { phases, type Phase } from './phase.ts';

/** The phases in which a token is under way whose plaintext only the running process has. */
export const underWay: ReadonlySet<Phase> = new Set([
  'issuing',
  'granting',
  'verifying',
  'delivering',
]);

const everywhere: Readonly<Record<Phase, Phase>> = Object.freeze(
  Object.fromEntries(phases.map((phase) => [phase, phase])) as Record<Phase, Phase>,
);

/**
 * Every legal transition: for each event, the phases it may happen in and the phase that it leads to.
 *
 * What happens to several tokens and sinks at once (looking for lost tokens, settling late writes, revoking
 * what nobody holds) leaves the phase as it is.
 */
export const transitions: Readonly<Record<EventType, Readonly<Partial<Record<Phase, Phase>>>>> = {
  opened: { idle: 'idle', grace: 'idle', revoking: 'idle', lost: 'idle' },
  // While a token is delivered, only where else its predecessor may be.
  adopted: {
    idle: 'idle',
    delivering: 'delivering',
    grace: 'grace',
    revoking: 'revoking',
    lost: 'lost',
  },
  started: { idle: 'issuing' },
  issued: { issuing: 'granting' },
  declined: { issuing: 'idle' },
  lost: { issuing: 'lost', granting: 'lost', verifying: 'lost', delivering: 'lost' },
  found: everywhere,
  absent: everywhere,
  granted: { granting: 'verifying' },
  rejected: { granting: 'idle', verifying: 'idle' },
  verified: { verifying: 'delivering' },
  sending: { delivering: 'delivering', grace: 'grace', revoking: 'revoking' },
  delivered: { delivering: 'delivering', grace: 'grace', revoking: 'revoking' },
  undelivered: { delivering: 'delivering', grace: 'grace', revoking: 'revoking' },
  identified: everywhere,
  moved: everywhere,
  outdated: everywhere,
  stamped: everywhere,
  looked: everywhere,
  missed: everywhere,
  settled: everywhere,
  drifted: everywhere,
  completed: { delivering: 'grace' },
  tried: { idle: 'idle', grace: 'grace', revoking: 'revoking', lost: 'lost' },
  deployed: everywhere,
  disabling: { idle: 'idle', grace: 'grace', revoking: 'revoking', lost: 'lost' },
  disabled: { idle: 'idle', grace: 'grace', revoking: 'revoking', lost: 'lost' },
  enabling: everywhere,
  condemned: { idle: 'idle', grace: 'grace', revoking: 'revoking', lost: 'lost' },
  revoking: {
    idle: 'idle',
    delivering: 'delivering',
    grace: 'revoking',
    revoking: 'revoking',
    lost: 'lost',
  },
  revoked: { idle: 'idle', delivering: 'delivering', revoking: 'revoking', lost: 'lost' },
  finished: { grace: 'idle', revoking: 'idle' },
  aborted: {
    issuing: 'idle',
    granting: 'idle',
    verifying: 'idle',
    delivering: 'idle',
    lost: 'idle',
  },
  'handed-over': { idle: 'idle', grace: 'idle', revoking: 'idle', lost: 'idle' },
  forgotten: everywhere,
};

/**
 * The phase after an event.
 *
 * @throws {KeyturnError} `TRANSITION_INVALID`
 */
export function nextPhase(phase: Phase, event: EventType): Phase {
  const row: Partial<Record<Phase, Phase>> | undefined = Object.hasOwn(transitions, event)
    ? transitions[event]
    : undefined;
  const next = row?.[phase];
  if (next !== undefined) return next;
  throw eventNotAllowed(event, phase);
}
