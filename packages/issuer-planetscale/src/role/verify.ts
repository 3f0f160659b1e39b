import {
  settled,
  type CallOptions,
  type Credential,
  type Permissions,
  type Verification,
} from '@keyturn/core';

import { compare, failed, patiently } from '../branch/compare.ts';
import { logIn } from './login.ts';
import { comparisonWith, lostIn } from './rights.ts';
import { get, type RoleBranch } from './roles.ts';

/**
 * Verifies a new role by logging in with it, and asks the database whether it may do there what its predecessor may. At the same time,
 * reads what the API says that it may do with the issuer's own credentials.
 */
export async function verify(
  branch: RoleBranch,
  credential: Credential,
  expected: Permissions,
  call: CallOptions,
): Promise<Verification> {
  const { id } = credential.token;
  const [used, read] = await settled([
    use(branch, credential, call),
    expected.length === 0 ? undefined : get(branch, id, call),
  ]);
  if (used === 'rejected') return failed(branch, id, 'rejected');
  const lost = lostIn(used);
  if (lost !== undefined) return failed(branch, id, lost);
  if (expected.length === 0) return { ok: true };
  return compare(branch, credential, expected, read?.permissions);
}

async function use(branch: RoleBranch, credential: Credential, call: CallOptions) {
  const predecessor = branch.predecessors.get(credential.token.id);
  const statement =
    predecessor === undefined ? undefined : await comparisonWith(branch, predecessor, call);
  return patiently(
    branch,
    () => logIn(branch, credential, call, statement),
    (came) => came === 'rejected',
    call.signal,
  );
}
