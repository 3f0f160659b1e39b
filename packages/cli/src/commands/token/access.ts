import { exitCodes, type ExitCode } from '../../exit.ts';
import type { Host } from '../../host.ts';
import { getToken, withIssuer, type TokenFlags } from './call.ts';
import { accessLines } from './describe.ts';

export interface AccessFlags extends TokenFlags {
  readonly database?: string;
}

/** `keyturn token access`: lists the permissions of a token, all or those on one database. */
export function tokenAccess(id: string, flags: AccessFlags, host: Host): Promise<ExitCode> {
  return withIssuer(flags, host, async (call) => {
    const { permissions } = await getToken(call, id);
    const { database } = flags;
    const wanted = permissions.filter(
      (permission) => database === undefined || permission.startsWith(`${database}/`),
    );
    call.print({ id, permissions: wanted }, accessLines(id, wanted, call, database));
    return exitCodes.done;
  });
}

/** `keyturn token grant` and `ungrant`: changes the permissions of a token, and lists them afterwards. */
export function tokenChange(
  change: 'grant' | 'ungrant',
  id: string,
  permissions: readonly string[],
  flags: AccessFlags,
  host: Host,
): Promise<ExitCode> {
  return withIssuer(flags, host, async (call) => {
    const { database } = flags;
    const named = permissions.map((permission) =>
      database === undefined || permission.includes('/') ? permission : `${database}/${permission}`,
    );
    await getToken(call, id);
    await call.issuer[change](id, [...new Set(named)].toSorted(), host);
    const token = await getToken(call, id);
    call.print({ id, permissions: token.permissions }, accessLines(id, token.permissions, call));
    return exitCodes.done;
  });
}
