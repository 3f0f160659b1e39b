import type { Session } from '../session/session.ts';

/** What `--org` sets: the option that names the account, which issuers call differently. */
export async function accountOptions(
  org: string | undefined,
  kind: string,
  session: Session,
): Promise<Readonly<Record<string, string>>> {
  if (org === undefined) return {};
  const { account } = await session.issuerAdapter(kind);
  return { [account?.option ?? 'org']: org };
}
