import {
  reveal,
  settled,
  type CallOptions,
  type Credential,
  type Permissions,
  type Verification,
} from '@keyturn/core';

import type { Api } from './api.ts';
import { pairOf } from './credentials.ts';
import { organizationsOf } from './diagnose.ts';
import { verifyFailed } from './messages.ts';
import { missing } from './permissions.ts';
import { get } from './tokens.ts';

/** How soon a new token works everywhere is not documented, so a refusal counts only after ten seconds. */
const WAITS = [500, 1_000, 2_000, 3_000, 3_500];

/**
 * Verifies a new token by listing its organizations with it, which needs a valid token but no access (docs: MCP service tokens).
 * At the same time, reads its permissions with the issuer's own credentials.
 */
export async function verify(
  api: Api,
  credential: Credential,
  expected: Permissions,
  call: CallOptions,
): Promise<Verification> {
  const { id } = credential.token;
  const [used, read] = await settled([
    use(api, credential, call),
    expected.length === 0 ? undefined : get(api, id, call),
  ]);
  const failed = (why: Parameters<typeof verifyFailed>[2]): Verification => ({
    ok: false,
    error: verifyFailed(api.id, id, why),
  });
  if (used === 'refused') return failed('rejected');
  if (!used.includes(api.org)) return failed('foreign');
  const lacks = missing(expected, read?.permissions ?? []);
  return lacks.length === 0 ? { ok: true } : failed(lacks);
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
