import type { TargetPattern } from '@keyturn/core';

import { exclusionFiltered, patternsUnsupported } from '../messages.ts';
import { kindOf, type Session } from '../session/session.ts';

/** One entry of a rotation's `sinks`. */
export interface Entry {
  readonly type: 'target' | 'pattern' | 'exclusion';
  /** The target, without the `!` of an exclusion. */
  readonly text: string;
  readonly kind: string;
  /** Undefined for a target of a kind without patterns. */
  readonly pattern: TargetPattern | undefined;
}

/** Reads an entry without a request. */
export async function readEntry(written: string, session: Session): Promise<Entry> {
  const isExclusion = written.startsWith('!');
  const text = isExclusion ? written.slice(1) : written;
  const [kind, pattern] = await Promise.all([session.kind(kindOf(text)), session.pattern(text)]);
  if (!isExclusion)
    return { type: pattern?.isWild === true ? 'pattern' : 'target', text, kind, pattern };
  if (pattern === undefined) throw patternsUnsupported(written, kind);
  if (pattern.isFiltered) throw exclusionFiltered(written);
  return { type: 'exclusion', text, kind, pattern };
}
