import type { Step } from '../../machine/decide.ts';
import { KeyturnError } from '../../contracts/errors.ts';
import { asKeyturnError, type Run } from '../run/run.ts';
import { refuseHeldElsewhere } from '../run/shared.ts';
import { isOurs } from '../run/trust.ts';
import { waitToSettle } from '../run/wait.ts';

/** Ends tokens that no sink may hold. One that cannot be revoked now is tried again by every later run. */
export async function revoke(
  run: Run,
  { tokens }: Extract<Step, { type: 'revoke' }>,
): Promise<void> {
  for (const token of tokens) {
    if (run.interrupted) return;
    if (!stepAside(run, token) || !(await isOursAlone(run, token))) continue;
    await run.ledger.append({ type: 'revoking', token });
    try {
      await end(run, token);
    } catch (error) {
      keep(run, token, error);
      continue;
    }
    await run.ledger.append({ type: 'revoked', token });
    run.revoked.push(token);
  }
}

function keep(run: Run, token: string, error: unknown): void {
  run.fail(asKeyturnError(error));
  run.remember({ unrevoked: new Set([...run.memory.unrevoked, token]) });
}

async function isOursAlone(run: Run, token: string): Promise<boolean> {
  try {
    await refuseHeldElsewhere(run, token);
    if (await isOurs(run, token)) return true;
    run.unnamed.add(token);
    run.remember({ unrevoked: new Set([...run.memory.unrevoked, token]) });
    return false;
  } catch (error) {
    keep(run, token, error);
    return false;
  }
}

/** The token that keyturn itself acts with is revoked only by its successor: otherwise nothing could be mended after it. */
function stepAside(run: Run, token: string): boolean {
  const { issuer, credential, ledger } = run;
  if (issuer.actingToken?.() !== token) return true;
  if (credential !== undefined && credential.token.id === ledger.state.current) {
    const successor = issuer.actAs?.(credential);
    if (successor !== undefined) {
      run.issuer = successor;
      return true;
    }
  }
  keep(
    run,
    token,
    new KeyturnError(
      'TOKEN_IN_USE',
      `${issuer.id}: token ${token} is not revoked, since keyturn acts with it`,
      {
        hint: 'Run it again with the new token in its environment: that run revokes the old one.',
        effect: 'none',
      },
    ),
  );
  return false;
}

/**
 * An issuer may be slow to show a token that it has created: that a young one is not seen proves nothing. Where
 * everything is meant to be over with this run, it is looked for again once it is not young any more.
 */
async function end(run: Run, token: string): Promise<void> {
  const { intent, runtime, issuer } = run;
  const known = run.ledger.state.tokens.get(token);
  const since = Date.parse(known?.askedAt ?? known?.ref.issuedAt ?? '');
  const until = since + intent.policy.settle;
  const isYoung = (): boolean => runtime.clock.now() < until;
  await run.ledger.confirm();
  if ((await issuer.revoke(token, run.call)) === 'revoked' || !isYoung()) return;
  if (intent.wait || intent.policy.grace === 0) await waitToSettle(run, until);
  if (isYoung()) throw notSeen(token);
  await run.ledger.confirm();
  await issuer.revoke(token, run.call);
}

function notSeen(token: string): KeyturnError {
  return new KeyturnError(
    'TOKEN_NOT_FOUND',
    `token ${token} was created, and the issuer does not show it yet`,
    {
      hint: 'Run it again in a few minutes: it will be revoked then.',
    },
  );
}
