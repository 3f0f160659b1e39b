import {
  compareStamp,
  type Confirmation,
  type Expectation,
  fingerprint,
  matches,
  type Proof,
  reveal,
  type SinkEntry,
  type SinkSupports,
} from '../../index.ts';
import type { MemoryEntry } from './platform.ts';

type Entries = ReadonlyMap<string, MemoryEntry>;
type Stamps = Readonly<Record<string, string>>;

/** The stamps that a memory sink shows of what it has under these names. */
export function stampsOf(
  readBack: SinkSupports['readBack'],
  entries: Entries,
  names: readonly Pick<SinkEntry, 'name'>[],
): Stamps {
  const pairs = names.flatMap(({ name }) => {
    const entry = entries.get(name);
    if (entry === undefined || readBack === 'none') return [];
    const stamp = readBack === 'value' ? fingerprint(entry.value) : String(entry.updatedAt);
    return [[name, stamp] as const];
  });
  return Object.fromEntries(pairs);
}

/** What is shown as before may be of an earlier write. */
export function newStamps(before: Stamps, after: Stamps): Stamps {
  return Object.fromEntries(
    Object.entries(after).filter(([name, stamp]) => before[name] !== stamp),
  );
}

/** What a memory sink says of what it was given. */
export function compare(
  readBack: SinkSupports['readBack'],
  entries: Entries,
  expected: readonly Expectation[],
  proof: Proof,
  resolution: number,
): Confirmation {
  const verdicts = expected.map(({ name, value }): Confirmation => {
    const entry = entries.get(name);
    if (entry === undefined) return 'absent';
    if (readBack === 'none') return 'unreadable';
    const plain = value === undefined ? undefined : reveal(value);
    if (readBack === 'value') return byValue(entry.value, plain, proof.receipt?.stamps?.[name]);
    if (readBack === 'tail' && plain !== undefined && entry.value.slice(-4) !== plain.slice(-4))
      return 'different';
    return compareStamp(name, String(entry.updatedAt), proof, resolution);
  });
  const worst = (['absent', 'different', 'unreadable'] as const).find((verdict) =>
    verdicts.includes(verdict),
  );
  return worst ?? 'same';
}

function byValue(
  actual: string,
  expected: string | undefined,
  stamp: string | undefined,
): Confirmation {
  if (expected !== undefined) return expected === actual ? 'same' : 'different';
  if (stamp === undefined) return 'unreadable';
  return matches(stamp, actual) ? 'same' : 'different';
}
