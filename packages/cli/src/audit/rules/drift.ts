import { holders } from '@keyturn/core/unstable';

import * as say from '../../messages-of-checks.ts';
import type { Evidence, RotationEvidence, SinkEvidence } from '../evidence.ts';
import type { Hit, Rule } from '../rule.ts';
import { couldBe, fitting, shownBy, type Shown } from '../shown.ts';

export const drift: Rule = {
  id: 'KT008',
  name: 'secret-drifted',
  severity: 'problem',
  ...say.ruleTexts.drift,
  needs: ['ledgers', 'sinks', 'issuer'],
  basis: ['sinks'],
  *find(evidence) {
    for (const rotation of evidence.rotations)
      for (const sink of rotation.shown) {
        const hit = whatIsWrong(sink, rotation, evidence);
        if (hit === undefined) continue;
        yield {
          subject: sink.id,
          fix: say.rewrite(rotation.name),
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
  // A sink that was never written to is due: status reports it.
  if (record === undefined || current === undefined) return shown && foreign(shown, name, evidence);
  if (confirmation === 'absent') return { text: say.secretRemoved(name) };
  // A sink that is out of step is due as well.
  const expected = [...holders(record)];
  const isOther = shown !== undefined && !expected.some((one) => couldBe(shown, one));
  const mismatch =
    isOther && expected.length > 0 ? mismatchOf(shown, name, current, evidence) : undefined;
  if (mismatch !== undefined && shown?.by !== 'clue') return mismatch;
  if (confirmation === 'different') return { text: say.secretChanged(name) };
  return mismatch;
}

function mismatchOf(
  shown: Shown,
  name: string,
  current: string,
  evidence: Evidence,
): Pick<Hit, 'text'> & Partial<Hit> {
  const text = say.holdsOther(describe(shown, evidence), name, current);
  if (shown.by !== 'clue') return { text };
  return {
    text,
    fix: say.alignOther(name, current),
    severity: 'warning',
    isHeuristic: true,
  };
}

/** What a sink outside of the ledger shows is only wrong if the issuer has no such token. */
function foreign(
  shown: Shown,
  name: string,
  evidence: Evidence,
): (Pick<Hit, 'text'> & Partial<Hit>) | undefined {
  if (fitting(shown, evidence)?.length !== 0) return undefined;
  return {
    text: describe(shown, evidence),
    fix: say.deliverWorking(name),
    severity: 'warning',
  };
}

/** `holds the id abc123def456 (ci-github)`. */
function describe(shown: Shown, evidence: Evidence): string {
  const { by, text, seen } = shown;
  const fits = fitting(shown, evidence);
  const [only, ...more] = fits ?? [];
  const label = only === undefined || more.length > 0 ? '' : only.label;
  const what = say.shownText(by, text, seen);
  if (fits?.length === 0) return say.ofNoToken(what, evidence.issuer);
  if (by === 'tail')
    return only === undefined || more.length > 0
      ? what
      : say.likeToken(what, `${only.id}${label === '' ? '' : ` (${label})`}`);
  return label === '' ? what : `${what} (${label})`;
}
