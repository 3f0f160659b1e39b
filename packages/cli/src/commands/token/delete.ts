import { KeyturnError, type TokenDetails } from '@keyturn/core';

import { exitCodes, type ExitCode } from '../../exit.ts';
import type { Host } from '../../host.ts';
import { getToken, withIssuer, type TokenCall, type TokenFlags } from './call.ts';
import { nameOf } from './describe.ts';
import { holderOf } from './ledgers.ts';

export interface TokenDeleteFlags extends TokenFlags {
  readonly yes?: boolean;
  readonly force?: boolean;
}

/** `keyturn token delete`: refuses a token that is in use as far as is known, and asks before it deletes another. */
export function tokenDelete(id: string, flags: TokenDeleteFlags, host: Host): Promise<ExitCode> {
  return withIssuer(flags, host, async (call) => {
    const token = await getToken(call, id);
    if (flags.force !== true) await refuseInUse(id, call);
    if (flags.yes !== true && !(await confirmed(token, host)))
      throw new KeyturnError('USAGE_INVALID', `token ${id} was not deleted`, {
        hint: 'Say --yes to delete it without being asked.',
        effect: 'none',
      });
    await call.issuer.revoke(id, host);
    call.print({ id, deleted: true }, [`Deleted ${nameOf(token)}.`]);
    return exitCodes.done;
  });
}

/** @throws {KeyturnError} `TOKEN_IN_USE`; also what stops it from being known */
async function refuseInUse(id: string, { issuer, store, host }: TokenCall): Promise<void> {
  const [acting, holder] = await Promise.all([
    issuer.actingToken === undefined
      ? issuer.check(host).then(({ actingToken }) => actingToken)
      : issuer.actingToken(),
    store().then((opened) => holderOf(id, opened)),
  ]);
  if (acting === id)
    throw inUse(
      `keyturn acts with token ${id} now: it would be the last thing that it does`,
      'Set the credentials of another token first, or delete it all the same with --force.',
    );
  if (holder !== undefined)
    throw inUse(
      `token ${id} may be held by ${holder.sinks} (rotation ${holder.rotation})`,
      `Replace it with: keyturn rotate ${holder.rotation} --force; or delete it all the same with --force.`,
    );
}

function inUse(message: string, hint: string): KeyturnError {
  return new KeyturnError('TOKEN_IN_USE', message, { hint, effect: 'none' });
}

async function confirmed(token: TokenDetails, host: Host): Promise<boolean> {
  const answer = await host.ask?.(
    `Delete ${nameOf(token)}? Whatever uses it stops working. [y/N] `,
  );
  return /^y(es)?$/i.test(answer?.trim() ?? '');
}
