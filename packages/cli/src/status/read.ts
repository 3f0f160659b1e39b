import { KeyturnError, readState, type RotationRequest, type StateStore } from '@keyturn/core';

import type { Plans } from '../setup/plans.ts';
import { findingsOf, type Finding } from './findings.ts';
import { rotationStatus, type RotationStatus } from './rotation-status.ts';

/** One rotation as its ledger tells it, or why the ledger cannot be read. */
export type Standing = { readonly name: string; readonly findings: readonly Finding[] } & (
  | { readonly status: RotationStatus; readonly error?: never }
  | { readonly error: KeyturnError; readonly status?: never }
);

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
    return { name, status, findings: findingsOf(status, command, now) };
  } catch (error) {
    if (!KeyturnError.is(error)) throw error;
    const { message, hint } = error;
    const finding = {
      rule: 'unreadable',
      severity: 'problem',
      text: message,
      fix: hint ?? null,
    } as const;
    return { name, error, findings: [finding] };
  }
}
