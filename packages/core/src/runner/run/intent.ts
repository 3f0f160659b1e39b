import type { Intent } from '../../machine/intent.ts';
import type { RotationRequest } from './request.ts';

/** What a run is asked to do, as the machine takes it. */
export function intentOf(request: RotationRequest): Intent {
  const { policy, breakGlass, canary, replaces, drift = 'off' } = request;
  const sinks = request.sinks.filter(({ id }) => request.selected?.includes(id) ?? true);
  const isUrgent = breakGlass !== undefined;
  const withCi = sinks.filter((sink) => sink.trial !== undefined).map(({ id }) => id);
  return {
    policy: isUrgent ? { maxAge: policy.maxAge, grace: 0, settle: policy.settle } : policy,
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
