import type { Step } from '../../machine/step.ts';
import { actingTokenKept, newTokenNotVisible } from '../../messages.ts';
import type { Lesson, Lessons } from '../run/learned.ts';
import { asKeyturnError, type Run } from '../run/run.ts';
import { refuseHeldElsewhere } from '../run/shared.ts';
import { isOurs } from '../run/trust.ts';
import { waitToSettle, waitUntil } from '../run/wait.ts';

/** Ends tokens that no sink may hold. One that cannot be revoked now is tried again by every later run. */
export async function* revoke(run: Run, { tokens }: Extract<Step, { type: 'revoke' }>): Lessons {
  for (const token of tokens) {
    if (run.interrupted) return;
    if (!(yield* mayEnd(run, token))) continue;
    await run.ledger.append({ type: 'revoking', token });
    let isOver: boolean;
    try {
      await handOn(run, token);
      isOver = await end(run, token);
    } catch (error) {
      yield kept(token, error);
      continue;
    }
    if (!isOver) {
      yield { ending: new Set([token]), memory: { unrevoked: new Set([token]) } };
      continue;
    }
    await run.ledger.append({ type: 'revoked', token });
    yield { revoked: [token] };
  }
}

/** Whether a token may end: keyturn does not need it itself, and it is this rotation's alone. */
export async function* mayEnd(run: Run, token: string): Lessons<boolean> {
  return (yield* stepAside(run, token)) && (yield* isOursAlone(run, token));
}

/** What the token owns goes to the one that jobs use now. */
async function handOn({ issuer, ledger, call }: Run, token: string): Promise<void> {
  const { current, tokens } = ledger.state;
  if (issuer.retire === undefined || current === undefined || current === token) return;
  if (tokens.get(token)?.exposed !== true) return;
  await ledger.confirm();
  await issuer.retire(token, current, call);
}

function kept(token: string, error: unknown): Lesson {
  return { error: asKeyturnError(error), memory: { unrevoked: new Set([token]) } };
}

async function* isOursAlone(run: Run, token: string): Lessons<boolean> {
  try {
    await refuseHeldElsewhere(run, token);
    if (yield* isOurs(run, token)) return true;
    yield { unnamed: new Set([token]), memory: { unrevoked: new Set([token]) } };
    return false;
  } catch (error) {
    yield kept(token, error);
    return false;
  }
}

/**
 * The token that keyturn itself acts with is revoked only by its successor: otherwise nothing could be mended after it. Rotations beside
 * this one act with it, too: it ends after them.
 */
async function* stepAside(run: Run, token: string): Lessons<boolean> {
  const { issuer, ledger } = run;
  const { credential } = run.learned;
  if (issuer.actingToken?.() !== token) return true;
  if (credential !== undefined && credential.token.id === ledger.state.current) {
    const successor = issuer.actAs?.(credential);
    if (successor !== undefined) {
      yield { issuer: successor };
      const { beside, signal } = run.runtime;
      await beside?.last(AbortSignal.any([signal, ledger.signal]));
      return !run.interrupted;
    }
  }
  yield kept(token, actingTokenKept(issuer.id, token));
  return false;
}

/**
 * An issuer may be slow to show a token that it has created: that a young one is not seen proves nothing. Where
 * everything is meant to be over with this run, it is looked for again once it is not young any more. Returns whether it is over.
 */
async function end(run: Run, token: string): Promise<boolean> {
  const { intent, runtime, issuer } = run;
  const known = run.ledger.state.tokens.get(token);
  const since = Date.parse(known?.askedAt ?? known?.ref.issuedAt ?? '');
  const until = since + intent.policy.settle;
  const isYoung = (): boolean => runtime.clock.now() < until;
  await run.ledger.confirm();
  const came = await issuer.revoke(token, run.call);
  if (came === 'pending') return isGone(run, token);
  if (came === 'revoked' || !isYoung()) return true;
  if (intent.wait || intent.policy.grace === 0) await waitToSettle(run, until);
  if (isYoung()) throw newTokenNotVisible(token);
  await run.ledger.confirm();
  return (await issuer.revoke(token, run.call)) !== 'pending' || (await isGone(run, token));
}

/** An end that takes time is waited for a moment; a later run asks again. */
async function isGone(run: Run, token: string): Promise<boolean> {
  const { issuer, call, runtime } = run;
  for (let tries = 1; tries <= 5; tries++) {
    await waitUntil(run, runtime.clock.now() + 500 * 2 ** tries);
    if (run.interrupted) return false;
    if ((await issuer.get(token, call)) === undefined) return true;
  }
  return false;
}
