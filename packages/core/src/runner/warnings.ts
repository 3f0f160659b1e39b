import { holders, type RotationState } from '../ledger/state.ts';
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
    ...stillLeaked(run, kept),
    ...cutOffSinks(run),
    ...outageAhead(run),
  ];
}

function firstContact(run: Run, before: RotationState): string[] {
  const isFirst =
    run.memory.completed && before.current === undefined && run.request.replaces === undefined;
  return isFirst
    ? [
        `${run.request.name}: the token that was in use before is not known, so it was not revoked; ` +
          `if keyturn is to revoke it, name it: keyturn rotate ${run.request.name} --replaces TOKEN_ID`,
      ]
    : [];
}

/** What only a ledger that others can write says is not believed. */
function unnamed({ request: { name }, learned }: Run): string[] {
  return [...learned.unnamed].map(
    (id) =>
      `${name}: token ${id} is not revoked, since only the ledger says that it is this rotation's; ` +
      `if it is: keyturn rotate ${name} --replaces ${id}`,
  );
}

/** What somebody else did, and what becomes of it. */
function drift(run: Run): string[] {
  const { request, ledger } = run;
  const { drift: how = 'off', name, permissions } = request;
  if (how !== 'report') return [];
  const { tokens, sinks, current } = ledger.state;
  const advice = `to replace it: keyturn rotate ${name} --force`;
  const isMissing = tokens.get(current ?? '')?.missing === true;
  return [
    ...(isMissing
      ? [
          `${name}: the token in use, ${current}, was deleted at its issuer${
            permissions === 'copy' && shownBefore(run) === undefined
              ? ', so its permissions cannot be copied: list token.permissions'
              : ''
          }; ${advice}`,
        ]
      : []),
    ...request.sinks.flatMap(({ id }) => {
      const shows = sinks.get(id)?.shows;
      if (shows === undefined) return [];
      const what = shows === 'absent' ? 'was removed' : 'was overwritten';
      return [`${name}: what keyturn wrote to ${id} ${what} by somebody else; ${advice}`];
    }),
  ];
}

/** Tokens that were revoked while somebody used them: their time was up. */
function cutOff({ request, intent, memory, learned }: Run): string[] {
  const { quiet } = intent.policy;
  return learned.revoked.flatMap((id) => {
    const { at = 0, usedAt = -Infinity } = memory.uses.get(id) ?? {};
    if (quiet === undefined || at >= usedAt + quiet.for) return [];
    return [
      `${request.name}: token ${id} was still in use, last at ${new Date(usedAt).toISOString()}, ` +
        'when the most that it may be kept was over: what uses it fails now',
    ];
  });
}

/** Only this run was told of the leak: what it leaves gets its grace from the next one. */
function stillLeaked({ request }: Run, kept: readonly KeptToken[]): string[] {
  if (request.breakGlass === undefined || request.dryRun === true || kept.length === 0) return [];
  const ids = kept.map(({ id }) => id).join(', ');
  return [
    `${request.name}: ${ids} leaked and is still valid; ` +
      'run it again with --break-glass until it is gone, since a run without that leaves it its grace',
  ];
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
  return sinks === ''
    ? []
    : [
        `${name}: jobs of ${sinks} fail, since their token is revoked; write them with: keyturn rotate ${name}`,
      ];
}

/** What a plan to revoke first would do to jobs. */
function outageAhead({ request, ledger: { state } }: Run): string[] {
  const { name, sinks, replaces, dryRun, breakGlass } = request;
  if (dryRun !== true || breakGlass !== 'revoke-first') return [];
  const everywhere = sinks.map(({ id }) => id).join(', ');
  const hit =
    state.tokens.size === 0 && replaces !== undefined
      ? [[replaces, everywhere] as const]
      : outages(state, state.tokens.keys());
  return hit.map(
    ([token, where]) =>
      `${name}: token ${token} will be revoked first: jobs of ${where} will fail until they have the new one`,
  );
}
