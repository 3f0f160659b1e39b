import { parseDuration } from '../../define/duration.ts';
import type { Intent, Timing } from '../../machine/intent.ts';
import type { Policy, RotationRequest, RotationRuntime } from './request.ts';

/** The durations of a request, in milliseconds. */
export interface Spans {
  readonly policy: Timing;
  readonly ttl?: number;
  /** How long a job may take that tries the new token. */
  readonly trial: number;
  readonly drain: number;
}

/** @throws {KeyturnError} `CONFIG_INVALID` for what is not a duration */
export function spansOf(
  { policy, ttl, canary }: Pick<RotationRequest, 'policy' | 'ttl' | 'canary'>,
  { drain = '5s' }: Pick<RotationRuntime, 'drain'>,
): Spans {
  return {
    policy: timingOf(policy),
    ...(ttl !== undefined && { ttl: parseDuration(ttl) }),
    trial: parseDuration(canary?.timeout ?? 0),
    drain: parseDuration(drain),
  };
}

function timingOf({ maxAge, grace: lasting, quiet, settle, pause = '1d' }: Policy): Timing {
  const grace = parseDuration(lasting);
  return {
    maxAge: parseDuration(maxAge),
    grace,
    pause: grace === 0 ? 0 : parseDuration(pause),
    ...(quiet !== undefined && {
      quiet: { for: parseDuration(quiet.for), atMost: parseDuration(quiet.atMost) },
    }),
    settle: parseDuration(settle),
  };
}

/** What a run is asked to do, as the machine takes it. */
export function intentOf(request: RotationRequest, policy: Timing): Intent {
  const { breakGlass, canary, replaces, drift = 'off', issuer } = request;
  const { disable, most } = issuer.supports;
  const sinks = request.sinks.filter(({ id }) => request.selected?.includes(id) ?? true);
  const isUrgent = breakGlass !== undefined;
  const withCi = sinks.filter((sink) => sink.trial !== undefined).map(({ id }) => id);
  return {
    policy: isUrgent
      ? { maxAge: policy.maxAge, grace: 0, settle: policy.settle }
      : { ...policy, pause: disable ? (policy.pause ?? 0) : 0 },
    ...(most !== undefined && { most }),
    selected: sinks.map(({ id }) => id),
    configured: request.sinks.map(({ id }) => id),
    ...(replaces !== undefined && { replaces }),
    force: request.force ?? false,
    wait: request.wait ?? false,
    abort: request.abort ?? false,
    drift,
    ...(isUrgent && { breakGlass }),
    ...(canary !== undefined && !isUrgent && { canary: withCi }),
  };
}
