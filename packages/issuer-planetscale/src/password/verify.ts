import {
  printable,
  reveal,
  Secret,
  settled,
  type CallOptions,
  type Credential,
  type Permissions,
  type Verification,
} from '@keyturn/core';
import { isObject, readJson } from '@keyturn/http';

import { compare, failed, patiently } from '../branch/compare.ts';
import { hostOf, isPlain } from '../branch/host.ts';
import type { Branch } from '../branch/options.ts';
import { errorFrom } from '../diagnose.ts';
import * as messages from '../messages.ts';
import { get } from './passwords.ts';
import { normalised } from './permissions.ts';

/**
 * Verifies a new password by a query with it, as `@planetscale/database` makes it. At the same time, reads what it may do with the
 * issuer's own credentials.
 */
export async function verify(
  branch: Branch,
  credential: Credential,
  expected: Permissions,
  call: CallOptions,
): Promise<Verification> {
  const { id } = credential.token;
  const [used, read] = await settled([
    patiently(
      branch,
      () => query(branch, credential, call),
      (came) => came === 'rejected',
      call.signal,
    ),
    expected.length === 0 ? undefined : get(branch, id, call),
  ]);
  if (used !== 'accepted') return failed(branch, id, used);
  if (expected.length === 0) return { ok: true };
  return compare(branch, credential, normalised(expected), read?.permissions);
}

type Came = 'accepted' | 'rejected' | 'address';

/**
 * Whether the database lets the password in. A role that may not select was let in: what it may not do, it is refused by name.
 *
 * @throws {KeyturnError} if the answer says neither
 */
async function query(
  { api }: Branch,
  { fields }: Credential,
  { signal }: CallOptions,
): Promise<Came> {
  const host = hostOf(reveal(fields['host'] ?? ''));
  if (host === undefined) throw messages.hostUnknown(api.id);
  const password = new Secret(reveal(fields['password'] ?? ''));
  const login = `${reveal(fields['username'] ?? '')}:${password.reveal()}`;
  const header = new Secret(`Basic ${Buffer.from(login).toString('base64')}`);
  const what = messages.queryOf(api.id, host);
  const scheme = isPlain(host, api) ? 'http' : 'https';
  const response = await api.send(`${scheme}://${host}/psdb.v1alpha1.Database/Execute`, {
    method: 'POST',
    headers: {
      accept: 'application/json',
      authorization: header.reveal(),
      'content-type': 'application/json',
    },
    body: JSON.stringify({ query: 'select 1', session: null }),
    repeatable: true,
    signal,
  });
  if (response.status === 401) return 'rejected';
  if (response.status === 403) return 'address';
  if (response.status !== 200)
    throw await errorFrom(response, { id: undefined, secret: password, header }, { what });
  const { error } = await readJson(response, { what });
  if (error === undefined || error === null) return 'accepted';
  const { code, message } = isObject(error) ? error : {};
  const said = typeof message === 'string' ? message.slice(0, 1000) : '';
  if (code === 'UNAUTHENTICATED' || /access denied/i.test(said)) return 'rejected';
  if (/\bcommand denied\b/i.test(said)) return 'accepted';
  throw messages.queryFailed(what, printable(typeof code === 'string' ? code : '', 60));
}
