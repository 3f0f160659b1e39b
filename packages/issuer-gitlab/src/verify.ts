import {
  reveal,
  Secret,
  settled,
  type CallOptions,
  type Credential,
  type Permissions,
  type Verification,
} from '@keyturn/core';
import type { JsonObject } from '@keyturn/http';

import { verifyFailed } from './messages.ts';
import type { Owner } from './owner.ts';
import { difference, permissionsOf } from './permissions.ts';
import { describeSelf } from './self.ts';
import { describe } from './token.ts';
import { get } from './tokens.ts';

/** A replica of GitLab's database may not have a new token yet, so a refusal counts only after ten seconds. */
const WAITS = [500, 1_000, 2_000, 3_000, 3_500];

/**
 * Verifies a new token by asking GitLab about it with the token itself, and compares what it shows: the id, the expiry and the scopes.
 * At the same time, reads its role with the issuer's own token.
 */
export async function verify(
  owner: Owner,
  credential: Credential,
  expected: Permissions,
  call: CallOptions,
): Promise<Verification> {
  const { api } = owner;
  const { id, expiresAt } = credential.token;
  const [self, read] = await settled([use(owner, credential, call), get(owner, id, call)]);
  const failed = (why: Parameters<typeof verifyFailed>[2]): Verification => ({
    ok: false,
    error: verifyFailed(api.id, id, why),
  });
  if (self === 'refused') return failed('rejected');
  const shown = self === undefined ? undefined : describe(self);
  if (shown?.info.id !== id) return failed('other');
  if (read === undefined) return failed('missing');
  if (shown.isRevoked) return failed('rejected');
  if (expiresAt !== shown.info.expiresAt) return failed('expiry');
  const own = permissionsOf({ ...self, access_level: undefined }, { kind: 'user', name: '' }, id);
  const scopes = read.permissions.filter((one) => !one.startsWith('access_level='));
  const differs = [
    ...(expected.length === 0 ? [] : [difference(expected, read.permissions)]),
    difference(scopes, own),
  ].find(({ missing, extra }) => missing.length + extra.length > 0);
  return differs === undefined ? { ok: true } : failed(differs);
}

async function use(
  { api }: Owner,
  { fields }: Credential,
  call: CallOptions,
): Promise<JsonObject | 'refused' | undefined> {
  const token = new Secret(reveal(fields['token'] ?? ''));
  for (const wait of WAITS) {
    const self = await describeSelf(api, token, call);
    if (self !== 'refused') return self;
    await api.clock.sleep(wait, call.signal);
  }
  return describeSelf(api, token, call);
}
