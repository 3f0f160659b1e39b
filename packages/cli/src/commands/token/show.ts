import { printable } from '@keyturn/core';

import { exitCodes, type ExitCode } from '../../exit.ts';
import type { Host } from '../../host.ts';
import { table } from '../../output/style.ts';
import { getToken, withIssuer, type TokenFlags } from './call.ts';
import { age, expiryInFull, lastUsed, tokenDocument } from './describe.ts';
import { accessLines } from './access.ts';
import { readableTime } from '@keyturn/host/text';

/** `keyturn token show`: shows one token with its permissions. */
export function tokenShow(id: string, flags: TokenFlags, host: Host): Promise<ExitCode> {
  return withIssuer(flags, host, async (call) => {
    const token = await getToken(call, id);
    const now = host.clock.now();
    const { label, issuedAt, lastUsedAt, permissions } = token;
    const used = lastUsedAt === undefined ? '' : `${readableTime(lastUsedAt)} `;
    call.print({ token: { ...tokenDocument(token), permissions } }, [
      ...table([
        ['id', token.id],
        ['name', printable(label)],
        ['created', `${readableTime(issuedAt)} (${age(issuedAt, now)} ago)`],
        ['last used', used === '' ? 'never' : `${used}(${lastUsed(token, now)})`],
        ['expires', expiryInFull(token, now)],
      ]),
      ...accessLines(id, permissions),
    ]);
    return exitCodes.done;
  });
}
