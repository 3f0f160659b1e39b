import { printable } from '@keyturn/core';

import { exitCodes, type ExitCode } from '../../exit.ts';
import type { Host } from '../../host.ts';
import { table } from '../../output/style.ts';
import { getToken, withIssuer, type TokenFlags } from './call.ts';
import { accessLines, age, expiryInFull, lastUsed, stateLines, tokenDocument } from './describe.ts';
import { readableTime } from '@keyturn/host/text';

/** `keyturn token show`: shows one token with its permissions. */
export function tokenShow(id: string, flags: TokenFlags, host: Host): Promise<ExitCode> {
  return withIssuer(flags, host, async (call) => {
    const token = await getToken(call, id);
    const now = host.clock.now();
    const { label, issuedAt, lastUsedAt, permissions } = token;
    const used = lastUsed(token, now, call.issuer.supports);
    call.print({ token: { ...tokenDocument(token), permissions } }, [
      ...table([
        ['id', token.id],
        ['name', printable(label)],
        ['created', `${readableTime(issuedAt)} (${age(issuedAt, now)} ago)`],
        ['last used', lastUsedAt === undefined ? used : `${readableTime(lastUsedAt)} (${used})`],
        ['expires', expiryInFull(token, now)],
      ]),
      ...stateLines(token),
      ...accessLines(id, permissions, call),
    ]);
    return exitCodes.done;
  });
}
