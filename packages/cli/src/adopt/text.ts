import type { Adoption, TokenDetails } from '@keyturn/core';
import { formatDuration } from '@keyturn/core/unstable';

import { nameOf } from '../commands/token/describe.ts';
import type { Host } from '../host.ts';
import {
  ADOPTED,
  HAS_ALREADY,
  idBeside,
  replacedAfter,
  replacedNow,
} from '../messages-of-checks.ts';
import { documentText } from '../output/json.ts';
import { painter, roomOf } from '../output/style.ts';
import { evidenceText, type Evidence } from './evidence.ts';
import { because, count, roughly } from '@keyturn/host/text';
import { wrap } from '../output/wrap.ts';
import type { RotationStatus } from '@keyturn/host/status';

/** The result of an adoption. */
export interface Adopted {
  readonly outcome: Adoption;
  readonly token: TokenDetails;
  readonly evidence: readonly Evidence[];
  readonly status: RotationStatus;
  /** Tokens have permissions of their own. @default true */
  readonly grantsSome?: boolean;
}

const WIDTH = 10;
const MOST_LISTED = 20;

/** Shows what was adopted, on what evidence, and when it will be replaced. */
export function adoptionText(
  { outcome, token, evidence, status, grantsSome = true }: Adopted,
  host: Host,
): string {
  const paint = painter(host.stdout);
  const row = (label: string, text: string): string[] =>
    wrap(text, roomOf(host.stdout) - WIDTH - 4).map(
      (line, at) => `  ${paint('dim', (at === 0 ? label : '').padEnd(WIDTH))}  ${line}`,
    );
  const said = outcome === 'adopted' ? paint('green', ADOPTED) : HAS_ALREADY;
  const { due, ageMs, maxAgeMs, nextDueAt } = status;
  const age = `${roughly(ageMs ?? 0)} of ${formatDuration(maxAgeMs)}`;
  const next =
    due === null ? replacedAfter(nextDueAt ?? '') : replacedNow(because(due), status.name);
  return `${[
    `${paint('bold', status.name)} ${said} ${nameOf(token)}`,
    ...evidence
      .slice(0, MOST_LISTED)
      .flatMap((one, at) => row(at === 0 ? 'evidence' : '', `${one.sink}: ${evidenceText(one)}`)),
    ...(evidence.length > MOST_LISTED ? row('', `and ${evidence.length - MOST_LISTED} more`) : []),
    ...besideNotes(evidence).flatMap((note) => row('note', note)),
    ...(grantsSome ? row('can', `use ${count(token.permissions.length, 'permission')}`) : []),
    ...row('age', age),
    ...row('next', next),
  ].join('\n')}\n`;
}

/** A rotation writes the id as a secret: a job that continues to read it elsewhere would combine the id of one token with the secret of another. */
function besideNotes(evidence: readonly Evidence[]): string[] {
  const beside = evidence.filter((one) => one.shows === 'id' && one.isBeside);
  const [first] = beside;
  if (first?.shows !== 'id') return [];
  return [
    idBeside(
      beside.map(({ sink }) => sink),
      first.seen,
    ),
  ];
}

/** The one document that `adopt --json` prints. */
export function adoptionDocument(
  { outcome, token, evidence, status }: Adopted,
  warnings: readonly string[],
): string {
  const { id, label, issuedAt, expiresAt, permissions } = token;
  const content = {
    rotation: status.name,
    outcome,
    token: { id, label, issuedAt, expiresAt: expiresAt ?? null, permissions },
    evidence: evidence.map((one) => ({
      sink: one.sink,
      shows: one.shows,
      text: evidenceText(one),
    })),
    notes: besideNotes(evidence),
    due: status.due,
    nextDueAt: status.nextDueAt,
  };
  return documentText(content, warnings);
}
