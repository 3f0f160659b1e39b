import { KeyturnError, shellWord } from '@keyturn/core';
import type { StateStore } from '@keyturn/core/ledger';
import { asConfigured, readState, type RotationState } from '@keyturn/core/unstable';

import { formerlyKnown, leftoversAt } from '../session/leftovers.ts';
import type { Plans } from '../requests/plans.ts';
import type { PlannedRequest } from '../requests/request.ts';
import { mapLimited } from '../session/limited.ts';
import type { Session } from '../session/session.ts';
import { standsInFor } from '../session/session.ts';
import type { Finding } from './finding.ts';
import { findingsOf } from './findings.ts';
import { problem } from './rules/make.ts';
import { plaintext } from './rules/plaintext.ts';
import { rotationStatus, type Recorded, type RotationStatus } from './rotation-status.ts';
import { sightings } from './sightings.ts';

/** The status of one rotation, from its ledger. */
export interface Standing {
  readonly name: string;
  /** Undefined if the ledger cannot be read. */
  readonly status: RotationStatus | undefined;
  /** Why the ledger cannot be read. */
  readonly error: KeyturnError | undefined;
  readonly findings: readonly Finding[];
}

/** How many ledgers are read at a time. */
const AT_ONCE = 8;

/** Reads the status of every rotation. An unreadable ledger does not hide the others. */
export async function readStandings(
  { requests, file, session }: Plans,
  store: StateStore,
  now: number,
): Promise<Standing[]> {
  return mapLimited(requests, AT_ONCE, (request) => {
    const command =
      file === undefined
        ? 'keyturn rotate with the same options'
        : `keyturn rotate ${shellWord(request.name)}`;
    return readStanding(request, command, store, session, now);
  });
}

async function readStanding(
  request: PlannedRequest,
  command: string,
  store: StateStore,
  session: Session,
  now: number,
): Promise<Standing> {
  const { name } = request;
  try {
    const { state: recorded, holder } = await look(store, name);
    const known = await asRecorded(request, recorded);
    const { issuer, sinks } = known;
    const state = asConfigured(recorded, issuer, sinks, known);
    const told = await beside(store, recorded, request);
    const status = rotationStatus(known, state, now, holder, told);
    const every = [...sinks, ...(await formerlyKnown(recorded, sinks, session))];
    const left = await leftoversAt(every, session.surroundings.signal);
    const findings = [...plaintext(left), ...findingsOf(status, command, now)];
    return { name, status, error: undefined, findings };
  } catch (error) {
    if (!KeyturnError.is(error)) throw error;
    return { name, status: undefined, error, findings: [unreadable(error)] };
  }
}

/** Replaces stand-ins by what the ledger recorded. */
async function asRecorded(request: PlannedRequest, state: RotationState): Promise<PlannedRequest> {
  const opened = [request.issuer, ...request.sinks];
  if (opened.every((one) => standsInFor(one) === undefined)) return request;
  return (await import('../session/stand-in.ts')).asRecorded(request, state);
}

/** The state, and the holder of the lock if a rotation is under way. */
async function look(
  store: StateStore,
  name: string,
): Promise<{ state: RotationState; holder?: string | null }> {
  const state = await readState(store, name);
  if (state.active === undefined || store.holder === undefined) return { state };
  const holder = await store.holder(name);
  if (holder !== undefined) return { state, holder };
  // The run might have ended in between.
  return { state: await readState(store, name), holder: null };
}

/** What the state does not contain. */
async function beside(
  store: StateStore,
  { issuer, tokens, attempts, current, sinks, rotation }: RotationState,
  { name, named = [] }: PlannedRequest,
): Promise<Recorded> {
  const adopted = [...tokens.values()].filter(({ askedAt }) => askedAt === undefined);
  const ids = store.trusted === true ? [] : adopted.map(({ ref }) => ref.id);
  const isAlive = tokens.size > 0 || attempts.length > 0;
  const isDrifted =
    tokens.get(current ?? '')?.missing === true ||
    [...sinks.values()].some(({ shows }) => shows !== undefined);
  return {
    unnamed: new Set(ids.filter((id) => !named.includes(id))),
    ...(issuer !== undefined && isAlive && { issuer }),
    ...(isDrifted &&
      rotation === name && { sightings: sightings((await store.open(name)).records) }),
  };
}

export function unreadable({ message, hint }: KeyturnError): Finding {
  return problem('unreadable', { text: message, fix: hint ?? null });
}
