import { exitCodes, type ExitCode } from '../../exit.ts';
import type { Host } from '../../host.ts';
import {
  notDeleted,
  questionDelete,
  tokenActing,
  tokenDeleted,
  tokenEnding,
  tokenHeld,
} from '../../messages.ts';
import { agreed } from '../../prompt/prompts.ts';
import { getToken, withIssuer, type TokenCall, type TokenFlags } from './call.ts';
import { nameOf } from './describe.ts';
import { holderOf } from './ledgers.ts';

export interface TokenDeleteFlags extends TokenFlags {
  readonly yes?: boolean;
  readonly force?: boolean;
}

/** `keyturn token delete`: deletes a token after a question, unless it is known to be in use. */
export function tokenDelete(id: string, flags: TokenDeleteFlags, host: Host): Promise<ExitCode> {
  return withIssuer(flags, host, async (call) => {
    const token = await getToken(call, id);
    if (flags.force !== true) await refuseInUse(id, call);
    if (flags.yes !== true && !(await agreed(questionDelete(nameOf(token)), host)))
      throw notDeleted(id);
    const isPending = (await call.issuer.revoke(id, host)) === 'pending';
    call.print({ id, deleted: !isPending, pending: isPending }, [
      isPending ? tokenEnding(nameOf(token)) : tokenDeleted(nameOf(token)),
    ]);
    return exitCodes.done;
  });
}

/** @throws {KeyturnError} `TOKEN_IN_USE`; also the error that keeps it from finding out */
async function refuseInUse(id: string, { issuer, store, host }: TokenCall): Promise<void> {
  const [acting, holder] = await Promise.all([
    issuer.actingToken === undefined
      ? issuer.check(host).then(({ actingToken }) => actingToken)
      : issuer.actingToken(),
    store().then((opened) => holderOf(id, opened)),
  ]);
  if (acting === id) throw tokenActing(id);
  if (holder !== undefined) throw tokenHeld(id, holder.sinks, holder.rotation);
}
