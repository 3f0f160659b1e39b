import type { Adoption, TokenDetails } from '@keyturn/core';
import { formatDuration } from '@keyturn/core/unstable';

import { nameOf } from '../commands/token/describe.ts';
import type { Host } from '../host.ts';
import { documentText } from '../output/json.ts';
import { painter, roomOf } from '../output/style.ts';
import { evidenceText, type Evidence } from './evidence.ts';
import { readableTime, count, listed, roughly } from '@keyturn/host/text';
import { wrap } from '../output/wrap.ts';
import type { RotationStatus } from '@keyturn/host/status';

/** How an adoption went. */
export interface Adopted {
  readonly outcome: Adoption;
  readonly token: TokenDetails;
  readonly evidence: readonly Evidence[];
  readonly status: RotationStatus;
}

const WIDTH = 10;
const MOST_LISTED = 20;

/** Tells a person what was adopted, on what evidence, and when it will be replaced. */
export function adoptionText({ outcome, token, evidence, status }: Adopted, host: Host): string {
  const paint = painter(host.stdout);
  const row = (label: string, text: string): string[] =>
    wrap(text, roomOf(host.stdout) - WIDTH - 4).map(
      (line, at) => `  ${paint('dim', (at === 0 ? label : '').padEnd(WIDTH))}  ${line}`,
    );
  const said = outcome === 'adopted' ? paint('green', 'adopted') : 'has already';
  const { due, ageMs, maxAgeMs, nextDueAt } = status;
  const age = `${roughly(ageMs ?? 0)} of ${formatDuration(maxAgeMs)}`;
  const next =
    due === null
      ? `replaced after ${readableTime(nextDueAt ?? '')}, by the run that comes then`
      : `due now (${due}): the next keyturn rotate ${status.name} replaces and then revokes it`;
  return `${[
    `${paint('bold', status.name)} ${said} ${nameOf(token)}`,
    ...evidence
      .slice(0, MOST_LISTED)
      .flatMap((one, at) => row(at === 0 ? 'evidence' : '', `${one.sink}: ${evidenceText(one)}`)),
    ...(evidence.length > MOST_LISTED ? row('', `and ${evidence.length - MOST_LISTED} more`) : []),
    ...besideNotes(evidence).flatMap((note) => row('note', note)),
    ...row('may', `use ${count(token.permissions.length, 'permission')}`),
    ...row('age', age),
    ...row('next', next),
  ].join('\n')}\n`;
}

/** A rotation writes the id as a secret: a job that goes on reading it elsewhere would get an id and a token of two tokens. */
function besideNotes(evidence: readonly Evidence[]): string[] {
  const beside = evidence.filter((one) => one.shows === 'id' && one.isBeside);
  const [first] = beside;
  if (first?.shows !== 'id') return [];
  const sinks = listed(
    beside.map(({ sink }) => sink),
    5,
  );
  return [
    `keyturn writes the id as a secret, and jobs of ${sinks} may read it from ${first.seen}: let them read the secret before the first rotation, or they fail from then on`,
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
