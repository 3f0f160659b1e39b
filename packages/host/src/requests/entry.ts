import { KeyturnError, type TargetPattern } from '@keyturn/core';

import { kindOf, type Session } from '../session/session.ts';

/** One entry among a rotation's sinks. */
export interface Entry {
  readonly type: 'target' | 'pattern' | 'exclusion';
  /** The target, without the `!` of an exclusion. */
  readonly text: string;
  readonly kind: string;
  /** Undefined for a target of a kind that has no patterns. */
  readonly pattern: TargetPattern | undefined;
}

/** Reads an entry without a request. */
export async function readEntry(written: string, session: Session): Promise<Entry> {
  const isExclusion = written.startsWith('!');
  const text = isExclusion ? written.slice(1) : written;
  const [kind, pattern] = await Promise.all([session.kind(kindOf(text)), session.pattern(text)]);
  if (!isExclusion)
    return { type: pattern?.isWild === true ? 'pattern' : 'target', text, kind, pattern };
  if (pattern === undefined)
    throw invalid(written, `${kind} has no patterns that it could be an exception from`);
  if (pattern.isFiltered)
    throw invalid(written, 'an exclusion goes by the path, and has no filter');
  return { type: 'exclusion', text, kind, pattern };
}

function invalid(written: string, why: string): KeyturnError {
  return new KeyturnError('USAGE_INVALID', `"${written.slice(0, 200)}": ${why}`, {
    hint: 'Write what is not meant by a pattern before it, such as !github:acme/legacy-*.',
    effect: 'none',
  });
}
