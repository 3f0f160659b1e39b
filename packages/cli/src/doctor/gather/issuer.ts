import { nearest, printable, type TokenInfo, type TokenIssuer } from '@keyturn/core';

import type { IssuerEvidence, LookUp, Result, TokenEvidence } from '../evidence.ts';
import type { Probes } from './probe.ts';
import type { Session } from '@keyturn/host/session';

/** The issuer and its options. */
export interface IssuerChoice {
  readonly kind: string;
  readonly options: Readonly<Record<string, unknown>>;
}

export async function askIssuer(
  issuer: TokenIssuer,
  { run, signal }: Probes,
): Promise<IssuerEvidence> {
  const call = { signal };
  const { id } = issuer;
  const tell = issuer.credentials?.bind(issuer);
  const [report, credentials] = await Promise.all([
    run(id, () => issuer.check(call)),
    tell === undefined ? undefined : run(id, () => tell(call)),
  ]);
  const acting = report.value?.actingToken;
  const actingToken = acting ?? issuer.actingToken?.();
  return {
    id,
    grants: issuer.supports.permissions === 'grant',
    report,
    ...(actingToken !== undefined && { actingToken }),
    ...(credentials !== undefined && { credentials }),
    ...(acting !== undefined && { acting: await run(id, () => issuer.get(acting, call)) }),
  };
}

/** Looks for one token: in the whole list, and in the other accounts of the same credentials. */
export async function lookForToken(
  wanted: string,
  issuer: Result<TokenIssuer>,
  { kind, options }: IssuerChoice,
  session: Session,
  { run, signal }: Probes,
): Promise<TokenEvidence> {
  const shown = printable(wanted, 80);
  if (issuer.error !== undefined) return { wanted: shown, found: issuer };
  const opened = issuer.value;
  const call = { signal };
  const found = await run<LookUp>(opened.id, async () => {
    // Rejects an invalid id first, without showing it: it might be a secret.
    const details = await opened.get(wanted, call);
    const tokens: TokenInfo[] = [];
    for await (const token of opened.list(call)) tokens.push(token);
    const position = tokens.findIndex(({ id }) => id === wanted) + 1;
    const token = tokens[position - 1] ?? details;
    if (token !== undefined)
      return { total: tokens.length, token, ...(position > 0 && { position }) };
    const accounts = (await opened.credentials?.(call))?.accounts;
    return { total: tokens.length, ...meantBy(wanted, tokens), ...(accounts && { accounts }) };
  });
  const others = (found.value?.accounts ?? []).filter((name) => opened.id !== `${kind}:${name}`);
  if (found.value === undefined || others.length === 0)
    return { wanted: found.error?.code === 'USAGE_INVALID' ? 'that' : shown, found };
  for (const org of others.slice(0, 20)) {
    const elsewhere = await run(`${kind}:${org}`, async () => {
      const other = await session.issuer(kind, { ...options, org });
      return other.get(wanted, call);
    });
    if (elsewhere.value !== undefined)
      return { wanted: shown, found: { value: { ...found.value, elsewhere: org } } };
  }
  return { wanted: shown, found };
}

function meantBy(wanted: string, tokens: readonly TokenInfo[]): Pick<LookUp, 'meant'> {
  const named = tokens.find(({ label }) => label === wanted);
  if (named !== undefined) return { meant: { id: named.id, by: 'name' } };
  const id = nearest(
    wanted,
    tokens.map((token) => token.id),
  );
  return id === undefined ? {} : { meant: { id, by: 'spelling' } };
}
