import type { Progress } from '@keyturn/core';
import { formatDuration } from '@keyturn/core/unstable';
import { about, count } from '@keyturn/host/text';

import { incidents } from '../messages.ts';

/** One line of progress. A `status` is only shown while it lasts. */
export interface Line {
  readonly mark: 'done' | 'failed' | 'note' | 'status';
  readonly verb: string;
  readonly text: string;
}

/**
 * Describes progress; undefined for what users need not see.
 *
 * @param isLive whether a wait is shown while it lasts, and not only once
 */
export function describe(progress: Progress, now: number, isLive = false): Line | undefined {
  if (progress.type === 'sink')
    return { mark: 'failed', verb: 'failed', text: about(progress.sink, progress.error.message) };
  return progress.type === 'step'
    ? describeStep(progress.step, now, isLive)
    : describeEvent(progress.event);
}

const WAITS = {
  grace: 'for jobs that use the old token',
  quiet: 'until the old token is no longer used',
  pause: 'while the old token can be enabled again',
  settle: 'until no lost request can take effect',
} as const;

function describeStep(
  step: Extract<Progress, { type: 'step' }>['step'],
  now: number,
  isLive: boolean,
): Line | undefined {
  const status = (verb: string, text: string): Line => ({ mark: 'status', verb, text });
  switch (step.type) {
    case 'check':
      return status('checking', 'the issuer, the current token and every sink');
    case 'issue':
      return status('issuing', 'a new token');
    case 'look-up':
      return status('searching', `for ${step.label}, whose response was lost`);
    case 'grant':
      return status('granting', `permissions to ${step.token}`);
    case 'verify':
      return status('verifying', `that ${step.token} works`);
    case 'deliver':
      return status('delivering', `to ${count(step.sinks.length, 'sink')}`);
    case 'look':
      return status('checking', 'whether the sinks still contain the current token');
    case 'take-over':
      return status('searching', `for ${step.token}, which is to be revoked`);
    case 'settle':
      return status('waiting', `until ${count(step.sinks.length, 'sink')} settled`);
    case 'try':
      return status(
        'trying',
        `the new token in a job of ${count(step.sinks.length, 'sink')}; this may take minutes`,
      );
    case 'look-at-use':
      return status('checking', `when ${step.tokens.join(', ')} was last used`);
    case 'condemn':
      return {
        mark: 'note',
        verb: 'outage',
        text: `${step.tokens.join(', ')} is revoked first: jobs that use it fail until they read the new token`,
      };
    case 'disable':
      return status('disabling', step.tokens.join(', '));
    case 'revoke':
      return status('revoking', step.tokens.join(', '));
    case 'wait':
      return {
        mark: isLive ? 'status' : 'note',
        verb: step.for === 'settle' ? 'settling' : 'waiting',
        text: `${formatDuration(step.until - now)} ${WAITS[step.for]}`,
      };
    default:
      return undefined;
  }
}

function describeEvent(event: Extract<Progress, { type: 'event' }>['event']): Line | undefined {
  const done = (verb: string, text: string): Line => ({ mark: 'done', verb, text });
  const note = (verb: string, text: string): Line => ({ mark: 'note', verb, text });
  switch (event.type) {
    case 'adopted':
      return done(
        'adopted',
        `${event.token.id}, with ${count(event.permissions.length, 'permission')}`,
      );
    case 'issued':
      return done('issued', `${event.token.id}  ${event.token.label}`);
    case 'granted':
      if (event.permissions.length === 0) return undefined;
      return done('granted', count(event.permissions.length, 'permission'));
    case 'verified':
      return done('verified', `${event.token} works`);
    case 'delivered':
      return done('delivered', event.sink);
    case 'settled':
      return note('settled', `${event.sink} contains ${event.token}`);
    case 'drifted':
      return note(
        'drifted',
        `${event.sink} does not contain what was delivered; the next delivery corrects it`,
      );
    case 'looked':
      return describeLook(event);
    case 'missed':
      return event.missing
        ? note('drifted', incidents.missing(event.token, event.disabled))
        : note('found', incidents.back(event.token));
    case 'moved':
      return note('moved', incidents.moved(event.sink, event.to));
    case 'outdated':
      return note('changed', `${event.sink} will be written under other names`);
    case 'tried':
      return event.ok
        ? done('tried', `a job of ${event.sink} works with ${event.token}`)
        : undefined;
    case 'aborted':
      return note('aborted', 'the token under way');
    case 'disabled':
      return done('disabled', event.token);
    case 'revoked':
      return done('revoked', event.token);
    case 'found':
      return note('found', `${event.token.id}, whose response was lost; it will be revoked`);
    case 'lost':
      return note('lost', `the token ${event.label}: ${event.reason}`);
    case 'rejected':
      return {
        mark: 'failed',
        verb: 'rejected',
        text: `${event.token} did not work (${event.code}); it will be revoked`,
      };
    case 'declined':
      return { mark: 'failed', verb: 'declined', text: `no token was created (${event.code})` };
    default:
      return undefined;
  }
}

function describeLook({
  sink,
  shows,
}: Extract<Extract<Progress, { type: 'event' }>['event'], { type: 'looked' }>): Line {
  switch (shows) {
    case 'same':
      return { mark: 'done', verb: 'checked', text: incidents.sameAgain(sink) };
    case 'different':
      return { mark: 'note', verb: 'drifted', text: incidents.overwritten(sink) };
    case 'absent':
      return { mark: 'note', verb: 'drifted', text: incidents.removed(sink) };
  }
}
