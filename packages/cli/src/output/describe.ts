import type { Progress } from '@keyturn/core';
import { formatDuration } from '@keyturn/core/unstable';
import { about, count } from '@keyturn/host/text';

/** One thing that happened, in words. `status` is only shown while it lasts. */
export interface Line {
  readonly mark: 'done' | 'failed' | 'note' | 'status';
  readonly verb: string;
  readonly text: string;
}

/** Puts progress into words; undefined for what a person need not see. */
export function describe(progress: Progress, now: number): Line | undefined {
  if (progress.type === 'sink')
    return { mark: 'failed', verb: 'failed', text: about(progress.sink, progress.error.message) };
  return progress.type === 'step'
    ? describeStep(progress.step, now)
    : describeEvent(progress.event);
}

const WAITS = {
  grace: 'for jobs that still use the old token',
  quiet: 'until the old token has not been used for a while',
  settle: 'until no lost request can land any more',
} as const;

function describeStep(
  step: Extract<Progress, { type: 'step' }>['step'],
  now: number,
): Line | undefined {
  const status = (verb: string, text: string): Line => ({ mark: 'status', verb, text });
  switch (step.type) {
    case 'check':
      return status('checking', 'the issuer, the token in use and every sink');
    case 'issue':
      return status('asking', 'for a new token');
    case 'look-up':
      return status('looking', `for a token whose answer was lost (${step.label})`);
    case 'grant':
      return status('granting', `permissions to ${step.token}`);
    case 'verify':
      return status('verifying', `${step.token} by using it`);
    case 'deliver':
      return status('delivering', `to ${count(step.sinks.length, 'sink')}`);
    case 'look':
      return status('looking', 'whether the token in use is still where it was put');
    case 'take-over':
      return status('looking', `for ${step.token}, which is to be revoked`);
    case 'settle':
      return status('settling', `what ${count(step.sinks.length, 'sink')} may still receive`);
    case 'try':
      return status(
        'trying',
        `the new token in a job of ${count(step.sinks.length, 'sink')}, which may take minutes`,
      );
    case 'look-at-use':
      return status('looking', `when ${step.tokens.join(', ')} was last used`);
    case 'condemn':
      return {
        mark: 'note',
        verb: 'outage',
        text: `${step.tokens.join(', ')} is revoked first: jobs that use it fail until they have the new one`,
      };
    case 'revoke':
      return status('revoking', step.tokens.join(', '));
    case 'wait':
      return {
        mark: 'note',
        verb: 'waiting',
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
        'found',
        `${event.token.id} in use, with ${count(event.permissions.length, 'permission')}`,
      );
    case 'issued':
      return done('issued', `${event.token.id}  ${event.token.label}`);
    case 'granted':
      return done('granted', count(event.permissions.length, 'permission'));
    case 'verified':
      return done('verified', `${event.token} works`);
    case 'delivered':
      return done('delivered', event.sink);
    case 'settled':
      return note('settled', `${event.sink} holds ${event.token}`);
    case 'drifted':
      return note(
        'drifted',
        `${event.sink} does not hold what it was given; it will be written again`,
      );
    case 'looked':
      return describeLook(event);
    case 'missed':
      return event.missing
        ? note('drifted', `${event.token} was deleted at its issuer by somebody else`)
        : note('found', `${event.token} is there again`);
    case 'moved':
      return note('moved', `what ${event.sink} may hold is known as ${event.to} from now on`);
    case 'outdated':
      return note('changed', `${event.sink} is to be written under other names`);
    case 'tried':
      return event.ok
        ? done('tried', `a job of ${event.sink} works with ${event.token}`)
        : undefined;
    case 'aborted':
      return note('aborted', 'the token under way is given up');
    case 'revoked':
      return done('revoked', event.token);
    case 'found':
      return note('found', `${event.token.id}, whose answer was lost; it will be revoked`);
    case 'lost':
      return note('lost', `the token asked for as ${event.label}: ${event.reason}`);
    case 'rejected':
      return {
        mark: 'failed',
        verb: 'rejected',
        text: `${event.token} (${event.code}); it will be revoked`,
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
      return { mark: 'done', verb: 'looked', text: `${sink} shows what keyturn wrote again` };
    case 'different':
      return { mark: 'note', verb: 'drifted', text: `${sink} was overwritten by somebody else` };
    case 'absent':
      return {
        mark: 'note',
        verb: 'drifted',
        text: `what keyturn wrote to ${sink} was removed by somebody else`,
      };
  }
}
