import { issuerChanged, noOverlap } from '../messages.ts';
import { identityOf, isSameIssuer, type IssuerIdentity } from '../ledger/place.ts';
import type { RotationState } from '../ledger/state.ts';
import type { Run } from './run/run.ts';

/**
 * Tokens of one account cannot be looked for, or ended, in another: "not there" would be taken for "gone".
 *
 * @throws {KeyturnError} `CONFIG_INVALID`
 */
export function refuseOtherIssuer({ ledger, issuer, request }: Run): void {
  if (!issuer.supports.overlap) throw noOverlap(issuer.id);
  const now = identityOf(issuer);
  const known = issuerOf(ledger.state);
  if (known === undefined || isSameIssuer(known, now)) return;
  throw issuerChanged(request.name, nameOf(known, now), nameOf(now, known));
}

/** Whose tokens a ledger has, if it has any that may be alive. */
function issuerOf({ issuer, tokens, attempts }: RotationState): IssuerIdentity | undefined {
  return tokens.size > 0 || attempts.length > 0 ? issuer : undefined;
}

function nameOf({ id, server }: IssuerIdentity, other: IssuerIdentity): string {
  return id === other.id && server !== undefined ? `${id} at ${server}` : id;
}
