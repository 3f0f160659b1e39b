import { printable, type TokenInfo, type TokenIssuer } from '@keyturn/core';
import type { StateStore } from '@keyturn/core/ledger';
import { readState } from '@keyturn/core/unstable';

import { age, lastUsed } from '../commands/token/describe.ts';
import { sortTokens } from '../commands/token/sort.ts';
import type { Host } from '../host.ts';
import * as say from '../messages-of-checks.ts';
import { roomOf, table } from '../output/style.ts';
import { promptsOf } from '../prompt/prompts.ts';
import { couldBe, judge } from './candidates.ts';
import { evidenceText, type Evidence } from './evidence.ts';

/** The rotation to adopt for, and what is known. */
export interface Question {
  readonly rotation: string;
  readonly issuer: TokenIssuer;
  readonly store: StateStore;
  readonly evidence: readonly Evidence[];
  /** The token that the user named. */
  readonly given: string | undefined;
}

/**
 * Finds the token to adopt: the named one, the only one that matches what the sinks show, or the one that a person chooses.
 *
 * @throws {KeyturnError} `PREDECESSOR_UNKNOWN` if the sinks contradict each other or the user, or nobody can be asked;
 * `TOKEN_IN_USE` for a token of another rotation
 */
export async function chooseToken(question: Question, host: Host): Promise<string> {
  const { rotation, issuer, evidence, given } = question;
  const owners = await ownersOf(rotation, question.store);
  if (given !== undefined) {
    const other = evidence.find((one) => !couldBe(one, given));
    if (other !== undefined) throw say.sinkHoldsOther(other.sink, given, evidenceText(other));
    refuseOwned(given, owners, rotation);
    return given;
  }
  const tokens: TokenInfo[] = [];
  for await (const token of issuer.list(host)) tokens.push(token);
  const verdict = judge(evidence, tokens);
  if ('disagreement' in verdict) throw say.sinksDisagree(rotation, issuer.id, verdict.disagreement);
  const [only, ...more] = verdict.fits;
  if (only !== undefined && more.length === 0 && verdict.isSeen) {
    refuseOwned(only.id, owners, rotation);
    return only.id;
  }
  const free = verdict.fits.filter(({ id }) => !owners.has(id));
  return ask(question, free, verdict.isSeen, host);
}

async function ask(
  { rotation, issuer }: Question,
  tokens: readonly TokenInfo[],
  isSeen: boolean,
  host: Host,
): Promise<string> {
  const prompts = promptsOf(host);
  if (prompts === undefined || tokens.length === 0)
    throw say.tokenAmbiguous(rotation, isSeen ? tokens.map(({ id }) => printable(id)) : []);
  const now = host.clock.now();
  const { actingToken } = await issuer.check(host);
  const sorted = sortTokens(tokens, 'used').toReversed();
  const rows = sorted.map((token) => [
    token.id,
    printable(token.label),
    `used ${lastUsed(token, now, issuer.supports)}`,
    `${age(token.issuedAt, now)} old`,
    token.id === actingToken ? say.USED_BY_KEYTURN : '',
  ]);
  const lines = table(rows, roomOf(host.stderr) - 6);
  host.stderr.write(`${say.WHICH_TOKEN}\n`);
  const choices = sorted.map(({ id }, at) => ({ label: lines[at] ?? id, value: id }));
  return prompts.choose(say.TOKEN, choices);
}

/** The rotation of each token in other ledgers. */
async function ownersOf(rotation: string, store: StateStore): Promise<ReadonlyMap<string, string>> {
  const owners = new Map<string, string>();
  for (const other of await store.rotations()) {
    if (other === rotation) continue;
    for (const id of (await readState(store, other)).tokens.keys()) owners.set(id, other);
  }
  return owners;
}

function refuseOwned(id: string, owners: ReadonlyMap<string, string>, rotation: string): void {
  const owner = owners.get(id);
  if (owner !== undefined) throw say.tokenOwned(id, owner, rotation);
}
