import type { CallOptions, Credential, Permissions, Verification } from '@keyturn/core';

import { compare, failed, patiently } from '../branch/compare.ts';
import { logIn } from './login.ts';
import { get, type RoleBranch } from './roles.ts';

/** Verifies a new role by logging in with it. At the same time, reads what it may do with the issuer's own credentials. */
export async function verify(
  branch: RoleBranch,
  credential: Credential,
  expected: Permissions,
  call: CallOptions,
): Promise<Verification> {
  const { id } = credential.token;
  const [used, read] = await Promise.allSettled([
    patiently(
      branch,
      () => logIn(branch, credential, call),
      (came) => came === 'rejected',
      call.signal,
    ),
    expected.length === 0 ? undefined : get(branch, id, call),
  ]);
  if (used.status === 'rejected') throw used.reason;
  if (read.status === 'rejected') throw read.reason;
  if (used.value === 'rejected') return failed(branch, id, 'rejected');
  if (expected.length === 0) return { ok: true };
  return compare(branch, credential, expected, read.value?.permissions);
}
