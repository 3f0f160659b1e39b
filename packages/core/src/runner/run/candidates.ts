import type { TokenRef } from '../../contracts/issuer.ts';
import { identityOf, isSameIssuer } from '../../ledger/place.ts';
import { readState } from '../../ledger/read-state.ts';
import { candidateOfAnother, candidatesSeveral } from '../../messages.ts';
import type { Run } from './run.ts';

/** How far the issuer's clock and the machine's may be apart: issuers refuse requests that are signed for another quarter of an hour. */
const APART = 900_000;

/**
 * Which of the tokens that are new may be those of lost answers, where no label tells. Made long after the last request, known to
 * another rotation, or used long after it, they are somebody else's: a secret that was
 * lost with its process can only have been tried by that.
 *
 * @throws {KeyturnError} `ANSWER_INVALID` if it cannot be told whose they are, and what the issuer and the store fail with
 */
export async function candidates(
  run: Run,
  found: readonly TokenRef[],
): Promise<readonly TokenRef[]> {
  const { attempts } = run.ledger.state;
  const until =
    Math.max(...attempts.map(({ at }) => Date.parse(at))) + run.intent.policy.settle + APART;
  const inTime = found.filter(({ issuedAt }) => Date.parse(issuedAt) <= until);
  const ours = inTime.length === 0 ? [] : await notOfOthers(run, inTime);
  const { lastUsed } = run.issuer.supports;
  const unused: TokenRef[] = [];
  for (const token of ours) {
    const details = lastUsed ? await run.issuer.get(token.id, run.call) : undefined;
    if (Date.parse(details?.lastUsedAt ?? token.issuedAt) <= until) unused.push(token);
  }
  if (unused.length <= attempts.length) return unused;
  throw candidatesSeveral(
    run.issuer.id,
    unused.map(({ id }) => id),
  );
}

/** Another rotation of the same account has made tokens, or waits for an answer as well. */
async function notOfOthers(
  { request, runtime: { store }, issuer, call }: Run,
  found: readonly TokenRef[],
): Promise<readonly TokenRef[]> {
  let left = found;
  for (const name of await store.rotations(call)) {
    if (name === request.name) continue;
    const { tokens, revoked, attempts, issuer: other } = await readState(store, name, call);
    if (other !== undefined && !isSameIssuer(other, identityOf(issuer))) continue;
    left = left.filter(({ id }) => !tokens.has(id) && !revoked.includes(id));
    const [first] = left;
    if (attempts.length > 0 && first !== undefined)
      throw candidateOfAnother(issuer.id, first.id, name);
  }
  return left;
}
