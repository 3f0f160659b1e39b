import {
  formatDuration,
  graceUntil,
  holdersByToken,
  inStep,
  readState,
  reasonToRotate,
  freshMemory,
  type RotationRequest,
  type RotationState,
} from '@keyturn/core';

import { exitCodes, type ExitCode } from '../exit.ts';
import type { Host } from '../host.ts';
import { schemaVersion } from '../output/json.ts';
import { painter, readableTime } from '../output/style.ts';
import { openPlans, type RotationFlags } from '../setup/plans.ts';

export interface StatusFlags extends RotationFlags {
  readonly json?: boolean;
  readonly check?: boolean;
}

interface Status {
  readonly name: string;
  readonly phase: string;
  readonly current: {
    readonly id: string;
    readonly label: string;
    readonly issuedAt: string;
    readonly expiresAt: string | null;
  } | null;
  readonly ageMs: number | null;
  readonly maxAgeMs: number;
  /** Why a new token is due; null where none is. */
  readonly due: string | null;
  readonly graceUntil: string | null;
  readonly sinks: readonly {
    readonly id: string;
    readonly inStep: boolean;
    readonly mayHold: readonly string[];
  }[];
  /** Replaced tokens that are valid still, with the sinks that may hold them. */
  readonly kept: readonly { readonly id: string; readonly sinks: readonly string[] }[];
}

/** `keyturn status`: how every rotation stands, from the ledgers alone; no request is made. */
export async function statusCommand(
  names: readonly string[],
  flags: StatusFlags,
  host: Host,
): Promise<ExitCode> {
  const { session, requests } = await openPlans(names, flags, host, 'recorded');
  try {
    const store = await session.store();
    const now = host.clock.now();
    const statuses: Status[] = [];
    for (const request of requests)
      statuses.push(statusOf(request, await readState(store, request.name), now));
    const text =
      flags.json === true
        ? JSON.stringify({ schemaVersion, rotations: statuses })
        : statuses.map((one) => statusText(one, host, now)).join('\n');
    host.stdout.write(`${text}\n`);
    const attention = statuses.some(
      ({ due, sinks, graceUntil: until }) =>
        due !== null ||
        sinks.some((sink) => !sink.inStep) ||
        (until !== null && Date.parse(until) <= now),
    );
    return flags.check === true && attention ? exitCodes.attention : exitCodes.done;
  } finally {
    await session.close();
  }
}

function statusOf(request: RotationRequest, state: RotationState, now: number): Status {
  const intent = {
    policy: request.policy,
    selected: request.sinks.map(({ id }) => id),
    force: false,
    wait: false,
  };
  const current = state.current === undefined ? undefined : state.tokens.get(state.current)?.ref;
  const until = graceUntil(state, intent);
  const held = holdersByToken(state);
  return {
    name: request.name,
    phase: state.phase,
    current: current === undefined ? null : { ...current, expiresAt: current.expiresAt ?? null },
    ageMs: current === undefined ? null : now - Date.parse(current.issuedAt),
    maxAgeMs: request.policy.maxAge,
    due: reasonToRotate(state, intent, freshMemory, now) ?? null,
    graceUntil: until === undefined ? null : new Date(until).toISOString(),
    sinks: request.sinks.map(({ id }) => {
      const record = state.sinks.get(id);
      return {
        id,
        inStep:
          current !== undefined && inStep(record, current.id) && record?.unanswered.length === 0,
        mayHold:
          record === undefined
            ? []
            : [...new Set([...record.base, ...record.unanswered.map(({ token }) => token)])],
      };
    }),
    kept: [...state.tokens.values()]
      .filter(({ retired }) => retired)
      .map(({ ref: { id } }) => ({ id, sinks: held.get(id) ?? [] })),
  };
}

const BAR = 12;

function statusText(status: Status, host: Host, now: number): string {
  const paint = painter(host.stdout);
  const { name, phase, current, ageMs, maxAgeMs, due, sinks, kept } = status;
  const behind = sinks.filter(({ inStep: ok }) => !ok).map(({ id }) => id);
  const lines = [
    `${paint('bold', name)} ${due === null ? paint('green', phase) : paint('yellow', `due (${due})`)}`,
    current === null
      ? '  token      none known yet'
      : `  token      ${current.id}  ${current.label}`,
  ];
  if (ageMs !== null)
    lines.push(
      `  age        ${bar(ageMs / maxAgeMs)} ${formatDuration(ageMs)} of ${formatDuration(maxAgeMs)}`,
    );
  lines.push(`  sinks      ${sinks.length - behind.length} of ${sinks.length} in step`);
  for (const id of behind) lines.push(`  behind     ${id}`);
  for (const { id, sinks: holders } of kept)
    lines.push(
      `  kept       ${id}  ${holders.length === 0 ? 'in its grace' : `may be held by ${holders.join(', ')}`}`,
    );
  if (status.graceUntil !== null) {
    const left = Date.parse(status.graceUntil) - now;
    lines.push(
      `  grace      ${left > 0 ? `over at ${readableTime(status.graceUntil)} (in ${formatDuration(left)})` : 'over: the next run revokes'}`,
    );
  }
  return lines.join('\n');
}

function bar(share: number): string {
  const full = Math.min(BAR, Math.max(0, Math.round(share * BAR)));
  return `${'█'.repeat(full)}${'░'.repeat(BAR - full)}`;
}
