import { readFile } from 'node:fs/promises';

import type { Verdict } from './mutant.ts';
import { isNoticed, type Result } from './report.ts';

/** A mutant that no test notices, and why that does no harm. It is known by its text, and so outlives changes elsewhere in the file. */
export interface Justification {
  readonly file: string;
  /** The line that it begins in. */
  readonly source: string;
  readonly before: string;
  readonly after: string;
  readonly reason: string;
}

export interface Judged {
  readonly results: readonly Result[];
  /** Those of files that were looked at whole, and that no mutant needs (any more). */
  readonly stale: readonly Justification[];
}

export async function readJustifications(): Promise<readonly Justification[]> {
  const text = await readFile(new URL('justified.json', import.meta.url), 'utf8');
  return JSON.parse(text) as readonly Justification[];
}

/** Adds the reasons to what came of the mutants. */
export function justify(
  results: readonly Result[],
  justifications: readonly Justification[],
  isWhole: boolean,
): Judged {
  const used = new Set<Justification>();
  const judged = results.map((result) => {
    if (isNoticed(result.verdict satisfies Verdict)) return result;
    const found = justifications.find((one) => fits(one, result));
    if (found === undefined) return result;
    used.add(found);
    return { ...result, justified: found.reason };
  });
  const files = new Set(results.map(({ file }) => file));
  const stale = isWhole
    ? justifications.filter((one) => files.has(one.file) && !used.has(one))
    : [];
  return { results: judged, stale };
}

function fits(one: Justification, { file, source, before, after }: Result): boolean {
  return one.file === file && one.source === source && one.before === before && one.after === after;
}
