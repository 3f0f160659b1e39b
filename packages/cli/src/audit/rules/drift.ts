import { holders } from '@keyturn/core/unstable';

import type { Evidence, RotationEvidence, SinkEvidence } from '../evidence.ts';
import type { Hit, Rule } from '../rule.ts';
import { couldBe, fitting, shownBy, type Shown } from '../shown.ts';

export const drift: Rule = {
  id: 'KT008',
  name: 'secret-drifted',
  severity: 'problem',
  summary: 'A sink does not hold the token that it should.',
  help: 'Somebody changed or removed the secret: jobs that read it may fail, and the ledger is no longer true. What a platform shows differs: an id or its end, the end of the value, or whether it was written since.',
  needs: ['ledgers', 'sinks', 'issuer'],
  basis: ['sinks'],
  *find(evidence) {
    for (const rotation of evidence.rotations)
      for (const sink of rotation.shown) {
        const hit = whatIsWrong(sink, rotation, evidence);
        if (hit === undefined) continue;
        yield {
          subject: sink.id,
          fix: `Write it again: keyturn rotate ${rotation.name} --force`,
          rotation: rotation.name,
          identity: `${rotation.name} ${sink.id}`,
          ...hit,
        };
      }
  },
};

function whatIsWrong(
  sink: SinkEvidence,
  { name, state }: RotationEvidence,
  evidence: Evidence,
): (Pick<Hit, 'text'> & Partial<Hit>) | undefined {
  const { id, confirmation } = sink;
  const record = state.sinks.get(id);
  const shown = shownBy(sink);
  const { current } = state;
  // One that was never written to is due, which status tells.
  if (record === undefined || current === undefined) return shown && foreign(shown, name, evidence);
  if (confirmation === 'absent') return { text: `the secret of ${name} is not there` };
  // One that the ledger knows to be behind is due as well.
  const expected = [...holders(record)];
  const isOther = shown !== undefined && !expected.some((one) => couldBe(shown, one));
  const mismatch =
    isOther && expected.length > 0 ? mismatchOf(shown, name, current, evidence) : undefined;
  if (mismatch !== undefined && shown?.by !== 'clue') return mismatch;
  if (confirmation === 'different')
    return { text: `is not what ${name} wrote: it was changed, or part of it is missing` };
  return mismatch;
}

function mismatchOf(
  shown: Shown,
  name: string,
  current: string,
  evidence: Evidence,
): Pick<Hit, 'text'> & Partial<Hit> {
  const text = `${describe(shown, evidence)}, and the token of ${name} is ${current}`;
  if (shown.by !== 'clue') return { text };
  return {
    text,
    fix: `If jobs read it there, let them read what ${name} delivers, or change it to ${current}; if not, remove it`,
    severity: 'warning',
    isHeuristic: true,
  };
}

/** What a sink of no ledger shows is only wrong if the issuer has no such token. */
function foreign(
  shown: Shown,
  name: string,
  evidence: Evidence,
): (Pick<Hit, 'text'> & Partial<Hit>) | undefined {
  if (fitting(shown, evidence)?.length !== 0) return undefined;
  return {
    text: describe(shown, evidence),
    fix: `If its jobs fail, deliver a token that works: keyturn rotate ${name}; if it is of another account, give it a rotation there`,
    severity: 'warning',
  };
}

/** `holds the id abc123def456 (ci-github)`. */
function describe(shown: Shown, evidence: Evidence): string {
  const { by, text, seen } = shown;
  const fits = fitting(shown, evidence);
  const [only, ...more] = fits ?? [];
  const label = only === undefined || more.length > 0 ? '' : only.label;
  const what =
    by === 'id'
      ? `holds the id ${text}`
      : by === 'clue'
        ? `has another id beside its secrets: ${seen} is ${text}`
        : `shows an id that ends in ${text}`;
  if (fits?.length === 0) return `${what}, as no token of ${evidence.issuer} has`;
  if (by === 'tail')
    return only === undefined || more.length > 0
      ? what
      : `${what}, as ${only.id}${label === '' ? '' : ` (${label})`} does`;
  return label === '' ? what : `${what} (${label})`;
}
