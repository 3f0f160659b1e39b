import type { CallOptions, Credential, Permissions, Verification } from '@keyturn/core';

import type { Api } from './api.ts';
import { keysOf, type Keys } from './credentials.ts';
import { readIdentity, type Identity } from './identity.ts';
import * as messages from './messages.ts';
import type { Failure } from './refusal.ts';

/** A new key works everywhere after some seconds; docs: «IAM User Guide», eventual consistency. So it gets a minute. */
const WAITS = [500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000];
/** Then it has to work once more: servers of AWS learn of it one by one. */
export const ONCE_MORE = 10_000;

/** Verifies a new key by asking STS whom it belongs to: that must be the user. */
export async function verify(
  api: Api,
  credential: Credential,
  expected: Permissions,
  call: CallOptions,
): Promise<Verification> {
  const { id } = credential.token;
  const failed = (why: Parameters<typeof messages.verifyFailed>[2]): Verification => ({
    ok: false,
    error: messages.verifyFailed(api.id, id, why),
  });
  if (expected.length > 0) throw messages.permissionsUnsupported();
  const keys = keysOf(credential);
  if (!/^[\x21-\x7e]+$/.test(keys.secret.reveal())) return failed('rejected');
  for (let successes = 0; successes < 2; successes++) {
    const identity = await use(api, keys, call);
    if ('refused' in identity) {
      const { refused } = identity;
      if (isRejected(refused)) return failed('rejected');
      throw messages.refused(messages.newKey(api.id), refused, api);
    }
    const isOther = api.account !== undefined && identity.account !== api.account;
    if (identity.user !== api.user || isOther) return failed('foreign');
    if (successes === 0) await api.clock.sleep(ONCE_MORE, call.signal);
  }
  return { ok: true };
}

async function use(
  api: Api,
  keys: Keys,
  call: CallOptions,
): Promise<Identity | { readonly refused: Failure }> {
  for (const wait of WAITS) {
    const identity = await readIdentity(api, keys, call);
    if (!('refused' in identity) || identity.refused.code !== 'InvalidClientTokenId')
      return identity;
    await api.clock.sleep(wait, call.signal);
  }
  return readIdentity(api, keys, call);
}

function isRejected({ code }: Failure): boolean {
  return code === 'InvalidClientTokenId' || code === 'SignatureDoesNotMatch';
}
