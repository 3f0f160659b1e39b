import type { Credential, Permissions, Verification } from '@keyturn/core';

import * as messages from '../messages.ts';
import { missing } from '../permissions.ts';
import type { Branch } from './options.ts';

/**
 * Compares what a new credential may do with what was expected. One too many counts as well: some of them narrow a credential, such as
 * a range of addresses.
 */
export function compare(
  branch: Branch,
  { token }: Credential,
  expected: Permissions,
  shown: Permissions | undefined,
): Verification {
  const lacks = missing(expected, shown ?? []);
  const has = missing(shown ?? [], expected);
  if (lacks.length === 0 && has.length === 0) return { ok: true };
  return failed(branch, token.id, { lacks, has });
}

export function failed(
  { api, noun }: Branch,
  id: string,
  why: Parameters<typeof messages.credentialRejected>[3],
): Verification {
  return { ok: false, error: messages.credentialRejected(api.id, noun, id, why) };
}

/** How soon a new credential works everywhere is not documented, so a refusal counts only after ten seconds. */
const WAITS = [500, 1_000, 2_000, 3_000, 3_500];

/** Uses a credential until it is not rejected any more. */
export async function patiently<Result>(
  { api }: Branch,
  use: () => Promise<Result>,
  isRejected: (result: Result) => boolean,
  signal: AbortSignal,
): Promise<Result> {
  for (const wait of WAITS) {
    const result = await use();
    if (!isRejected(result)) return result;
    await api.clock.sleep(wait, signal);
  }
  return use();
}
