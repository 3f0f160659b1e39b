import {
  KeyturnError,
  reveal,
  type CallOptions,
  type Credential,
  type Permissions,
  type Verification,
} from '@keyturn/core';

import type { Api } from './api.ts';
import { pairOf } from './credentials.ts';
import { organizationsOf } from './diagnose.ts';
import { missing } from './permissions.ts';
import { get } from './tokens.ts';

/** Nothing is documented about how fast a new token works everywhere, so a refusal is believed after ten seconds. */
const WAITS = [500, 1_000, 2_000, 3_000, 3_500];

/**
 * Proves a fresh token by listing its organization with it, which needs no access and no more than a valid token (docs: MCP
 * service tokens); beside it, reads its permissions with the issuer's own credentials.
 */
export async function verify(
  api: Api,
  credential: Credential,
  expected: Permissions,
  call: CallOptions,
): Promise<Verification> {
  const { id } = credential.token;
  const [used, read] = await Promise.allSettled([
    use(api, credential, call),
    expected.length === 0 ? undefined : get(api, id, call),
  ]);
  if (used.status === 'rejected') throw used.reason;
  if (read.status === 'rejected') throw read.reason;
  const failed = (message: string): Verification => ({
    ok: false,
    error: new KeyturnError('VERIFY_FAILED', `${api.id}: the new token ${id} ${message}`, {
      hint: 'Run it again: that token is revoked, and nothing has changed.',
    }),
  });
  if (used.value === 'refused') return failed('is not accepted');
  if (!used.value.includes(api.org)) return failed('does not belong to the organization');
  const lacks = missing(expected, read.value?.permissions ?? []);
  return lacks.length === 0 ? { ok: true } : failed(`lacks ${lacks.slice(0, 5).join(', ')}`);
}

async function use(
  api: Api,
  { token, fields }: Credential,
  call: CallOptions,
): Promise<readonly string[] | 'refused'> {
  const credentials = pairOf(token.id, reveal(fields['token'] ?? ''));
  for (const wait of WAITS) {
    const organizations = await organizationsOf(api, credentials, call);
    if (organizations !== 'refused') return organizations;
    await api.clock.sleep(wait, call.signal);
  }
  return organizationsOf(api, credentials, call);
}
