import { KeyturnError, readState, type RotationRequest, type StateStore } from '@keyturn/core';

import type { Plans } from '../setup/plans.ts';
import type { Finding } from '../output/finding.ts';
import { findingsOf } from './findings.ts';
import { rotationStatus, type RotationStatus } from './rotation-status.ts';

/** One rotation as its ledger tells it. */
export interface Standing {
  readonly name: string;
  /** Undefined where the ledger cannot be read. */
  readonly status: RotationStatus | undefined;
  /** What is wrong with the ledger. */
  readonly error: KeyturnError | undefined;
  readonly findings: readonly Finding[];
}

/** Reads how every rotation stands. One that cannot be read does not hide the others. */
export async function readStandings(
  { requests, file }: Plans,
  store: StateStore,
  now: number,
): Promise<Standing[]> {
  const standings: Standing[] = [];
  for (const request of requests) {
    const command =
      file === undefined
        ? 'keyturn rotate with the same options'
        : `keyturn rotate ${request.name}`;
    standings.push(await readStanding(request, command, store, now));
  }
  return standings;
}

async function readStanding(
  request: RotationRequest,
  command: string,
  store: StateStore,
  now: number,
): Promise<Standing> {
  const { name } = request;
  try {
    const status = rotationStatus(request, await readState(store, name), now);
    return { name, status, error: undefined, findings: findingsOf(status, command, now) };
  } catch (error) {
    if (!KeyturnError.is(error)) throw error;
    return { name, status: undefined, error, findings: [unreadable(error)] };
  }
}

export function unreadable({ message, hint }: KeyturnError): Finding {
  return { rule: 'unreadable', severity: 'problem', text: message, fix: hint ?? null };
}
