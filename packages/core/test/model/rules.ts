import { parseRecord } from '../../src/ledger/index.ts';
import { applyRecords, emptyState, holders, type RotationState } from '../../src/unstable.ts';
import { NAME, type ModelState } from './state.ts';

/** Rules 1 and 7, which hold at every request. */
export function brokenRule({ sinks, tokens }: ModelState): string | undefined {
  const dead = new Set(
    tokens
      .filter(({ live, condemned, disabled }) => (!live || disabled === true) && !condemned)
      .map(({ id }) => id),
  );
  if (tokens.some(({ id, live, disabled }) => id === 'foreign' && (!live || disabled === true)))
    return 'rule 7: a foreign token was revoked';
  for (const [sink, entries] of Object.entries(sinks))
    for (const [name, { token }] of Object.entries(entries))
      if (dead.has(token)) return `rule 1: ${name} of ${sink} holds the revoked token ${token}`;
  return undefined;
}

/** What the ledger says. */
export function foldOf({ ledger }: ModelState): RotationState {
  const records = ledger.map((line) => parseRecord(line, 'model'));
  return applyRecords(emptyState, records);
}

/** Rules 2 and 5, once faults have ended and some runs have come to their end: one token is left, and every sink has it. */
export function divergence(state: ModelState): string | undefined {
  const { current, sinks } = foldOf(state);
  // A place that the configuration means no longer keeps alive what it may hold.
  const others = [...sinks.values()].filter(({ id }) => !(id in state.sinks));
  const kept = new Set(others.flatMap((sink) => [...holders(sink)]));
  const orphans = state.tokens
    .filter(({ id, live }) => live && id !== 'foreign' && id !== current && !kept.has(id))
    .map(({ id }) => id);
  if (orphans.length > 0) return `rule 2: the tokens ${orphans.join(', ')} are left`;
  const behind = Object.entries(state.sinks).find(
    ([, entries]) => entries[NAME]?.token !== current,
  );
  return behind === undefined
    ? undefined
    : `rule 5: ${behind[0]} is left with ${behind[1][NAME]?.token}, not ${current}`;
}
