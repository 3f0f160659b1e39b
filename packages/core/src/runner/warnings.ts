import { holders, type RotationState } from '../ledger/state.ts';
import {
  currentTokenDeleted,
  currentTokenDisabled,
  leakStillValid,
  outageAhead,
  predecessorNotRevoked,
  sinkDrifted,
  sinksCutOff,
  tokenUnconfirmed,
  tokenWasInUse,
} from '../messages.ts';
import type { KeptToken } from './run/request.ts';
import type { Run } from './run/run.ts';
import { shownBefore } from './run/trust.ts';
import { outages } from './steps/condemn.ts';

/** What the user should know beside the outcome; one line each. */
export function warningsOf(run: Run, before: RotationState, kept: readonly KeptToken[]): string[] {
  return [
    ...run.learned.warnings,
    ...firstContact(run, before),
    ...unnamed(run),
    ...drift(run),
    ...cutOff(run),
    ...stillLeaked(run, before, kept),
    ...cutOffSinks(run),
    ...outagesAhead(run),
  ];
}

function firstContact(run: Run, before: RotationState): string[] {
  const isFirst =
    run.memory.completed && before.current === undefined && run.request.replaces === undefined;
  return isFirst ? [predecessorNotRevoked(run.request.name)] : [];
}

/** What only a ledger that others can write says is not believed. */
function unnamed({ request: { name }, learned }: Run): string[] {
  return [...learned.unnamed].map((id) => tokenUnconfirmed(name, id));
}

/** What somebody else did, and what becomes of it. */
function drift(run: Run): string[] {
  const { request, ledger } = run;
  const { name, permissions } = request;
  if (request.drift !== 'report') return [];
  const { tokens, sinks, current } = ledger.state;
  const { ref, missing, disabledByOthers } = tokens.get(current ?? '') ?? {};
  const isUnknown = permissions === 'copy' && shownBefore(run) === undefined;
  return [
    ...(ref === undefined || missing !== true
      ? []
      : [
          disabledByOthers === true
            ? currentTokenDisabled(name, ref.id)
            : currentTokenDeleted(name, ref.id, isUnknown),
        ]),
    ...request.sinks.flatMap(({ id }) => {
      const shows = sinks.get(id)?.shows;
      if (shows === undefined) return [];
      return [sinkDrifted(name, id, shows === 'absent' ? 'removed' : 'overwritten')];
    }),
  ];
}

/** Tokens that were revoked while somebody used them: their time was up. */
function cutOff({ request, intent, memory, learned }: Run): string[] {
  const { quiet } = intent.policy;
  return learned.revoked.flatMap((id) => {
    const { at = 0, usedAt = -Infinity } = memory.uses.get(id) ?? {};
    if (quiet === undefined || at >= usedAt + quiet.for) return [];
    return [tokenWasInUse(request.name, id, new Date(usedAt).toISOString())];
  });
}

/** Only this run was told of the leak: what it leaves gets its grace from the next one. */
function stillLeaked(run: Run, before: RotationState, kept: readonly KeptToken[]): string[] {
  const { request, ledger } = run;
  if (request.breakGlass === undefined || request.dryRun === true) return [];
  const { current, tokens } = ledger.state;
  const leaked = before.current ?? request.replaces;
  const isAlive = current !== undefined && current === leaked && tokens.has(current);
  const ids = new Set([...(isAlive ? [current] : []), ...kept.map(({ id }) => id)]);
  return ids.size === 0 ? [] : [leakStillValid(request.name, [...ids].join(', '))];
}

/** The sinks of which jobs may read a token that is revoked: only a write mends them. */
export function strandedOf({ ledger, request }: Run): string[] {
  const { sinks, tokens } = ledger.state;
  return request.sinks
    .map(({ id }) => sinks.get(id))
    .filter((sink) => sink !== undefined)
    .filter((sink) => [...holders(sink)].some((token) => !tokens.has(token)))
    .map(({ id }) => id);
}

/** A filtered run leaves them without a token that works. */
function cutOffSinks(run: Run): string[] {
  const { name } = run.request;
  const sinks = strandedOf(run).join(', ');
  return sinks === '' ? [] : [sinksCutOff(name, sinks)];
}

/** What a plan to revoke first would do to jobs. */
function outagesAhead({ request, ledger: { state } }: Run): string[] {
  const { name, sinks, replaces, dryRun, breakGlass } = request;
  if (dryRun !== true || breakGlass !== 'revoke-first') return [];
  const everywhere = sinks.map(({ id }) => id).join(', ');
  const hit =
    state.tokens.size === 0 && replaces !== undefined
      ? [[replaces, everywhere] as const]
      : outages(state, state.tokens.keys());
  return hit.map(([token, where]) => outageAhead(name, token, where));
}
