import type { IssuerAdapter, TokenIssuer } from '@keyturn/core';
import type { Session } from '@keyturn/host/session';

import type { Result, TokenEvidence } from '../evidence.ts';
import { lookForToken, type IssuerChoice } from './issuer.ts';
import type { Probes } from './probe.ts';
import type { SinkChoice } from './place.ts';

/** An issuer that the configuration names. */
export interface OpenedIssuer {
  readonly choice: IssuerChoice;
  readonly adapter: Result<IssuerAdapter>;
  readonly issuer: Result<TokenIssuer>;
}

/** The issuers of the rotations. */
export interface OpenedIssuers {
  /** That of every rotation without its own. */
  readonly common: OpenedIssuer;
  readonly others: readonly OpenedIssuer[];
  readonly of: (rotation: string) => OpenedIssuer | undefined;
}

/** Loads the adapters of the issuers. Makes no request. */
export async function openIssuers(
  common: IssuerChoice,
  rotations: readonly SinkChoice[],
  session: Session,
  { run }: Probes,
): Promise<OpenedIssuers> {
  const open = async (choice: IssuerChoice): Promise<OpenedIssuer> => {
    const { kind, options } = choice;
    const adapter = await run(kind, () => session.adapters.load('issuer', kind));
    return { choice, adapter, issuer: await run(kind, () => session.issuer(kind, options)) };
  };
  const usual = await open(common);
  const opened = new Map([[keyOf(common), usual]]);
  for (const { issuer } of rotations)
    if (issuer !== undefined && !opened.has(keyOf(issuer)))
      opened.set(keyOf(issuer), await open(issuer));
  const keys = new Map(rotations.map(({ name, issuer }) => [name, keyOf(issuer ?? common)]));
  const [, ...others] = opened.values();
  return { common: usual, others, of: (name) => opened.get(keys.get(name) ?? '') };
}

/** Looks for one token: at the first issuer that has it; otherwise the answer is that of the issuer of most rotations. */
export async function lookAmong(
  wanted: string,
  { common, others }: OpenedIssuers,
  session: Session,
  probes: Probes,
): Promise<TokenEvidence> {
  const look = ({ issuer, choice }: OpenedIssuer): Promise<TokenEvidence> =>
    lookForToken(wanted, issuer, choice, session, probes);
  const first = await look(common);
  if (first.found.value?.token !== undefined) return first;
  for (const other of others) {
    const seen = await look(other);
    if (seen.found.value?.token !== undefined) return seen;
  }
  return first;
}

function keyOf({ kind, options }: IssuerChoice): string {
  return JSON.stringify([kind, options]);
}
