import { KeyturnError, type Expansion, type SecretSink } from '@keyturn/core';

import { readEntry, type Entry } from './entry.ts';
import { means } from './select.ts';
import type { Session } from '../session/session.ts';

/** The sinks that a rotation's entries mean, open. */
export interface OpenedSinks {
  readonly sinks: readonly SecretSink[];
  /** The ids of those that only a pattern means: a run goes on without one that cannot be reached. */
  readonly optional: readonly string[];
  readonly warnings: readonly string[];
  /** Why it is not known what the entries mean. */
  readonly failure?: KeyturnError;
}

/** What a pattern means, as far as it is known. */
export interface Meaning extends Expansion {
  /** The platform said so: there is nothing else. */
  readonly isWhole: boolean;
}
export type Resolve = (entry: Entry) => Promise<Meaning>;

/**
 * Opens what the entries mean: targets as they are, patterns as the places that they match, without those that a later
 * exclusion matches. A sink that is named itself is neither doubled by a pattern nor excluded.
 *
 * @throws {KeyturnError} for what is wrong with an entry; what goes wrong with asking is a `failure`
 */
export async function openSinks(
  rotation: string,
  texts: readonly string[],
  session: Session,
  resolve: Resolve,
): Promise<OpenedSinks> {
  const entries = await Promise.all(texts.map((text) => readEntry(text, session)));
  refuseEarlyExclusion(entries);
  const named = await openNamed(rotation, entries, session);
  let meanings: readonly (Meaning | undefined)[];
  try {
    meanings = await Promise.all(
      entries.map(async (entry) => (entry.type === 'pattern' ? resolve(entry) : undefined)),
    );
  } catch (error) {
    if (!KeyturnError.is(error)) throw error;
    return { sinks: [...named.values()], optional: [], warnings: [], failure: error };
  }
  const found = new Map<string, SecretSink>();
  const skipped = new Map<string, string>();
  const warnings: string[] = [];
  for (const [index, entry] of entries.entries()) {
    const meaning = meanings[index];
    if (entry.type === 'exclusion')
      await Promise.all([exclude(entry, found, session), exclude(entry, skipped, session)]);
    if (meaning === undefined) continue;
    if (meaning.isWhole && meaning.targets.length + meaning.skipped.length === 0)
      warnings.push(`${rotation}: ${entry.text} matches nothing`);
    for (const sink of await Promise.all(meaning.targets.map((text) => session.sink(text))))
      if (!named.has(sink.id)) found.set(sink.id, sink);
    for (const { target, reason } of meaning.skipped) skipped.set(target, reason);
  }
  return {
    sinks: [...named.values(), ...found.values()],
    optional: [...found.keys()],
    warnings: [...warnings, ...warningsOf(rotation, skipped)],
  };
}

async function exclude(
  exclusion: Entry,
  among: Map<string, unknown>,
  session: Session,
): Promise<void> {
  for (const target of among.keys())
    if (await means(exclusion, target, session)) among.delete(target);
}

/** What a rotation that has no sinks now fails with. */
export function nothingLeft(rotation: string): KeyturnError {
  return new KeyturnError('TARGET_NOT_FOUND', `${rotation}: no sink is left to deliver to`, {
    hint: 'Check the patterns and their exclusions, and that the credentials may see what they mean.',
    effect: 'none',
  });
}

/** It would be without effect, which nobody means. */
function refuseEarlyExclusion(entries: readonly Entry[]): void {
  const [first] = entries.filter(({ type }) => type !== 'target');
  if (first?.type !== 'exclusion') return;
  throw new KeyturnError('USAGE_INVALID', `!${first.text} stands before any pattern`, {
    hint: 'Write the pattern first, and then what it does not mean.',
    effect: 'none',
  });
}

async function openNamed(
  rotation: string,
  entries: readonly Entry[],
  session: Session,
): Promise<Map<string, SecretSink>> {
  const targets = entries.filter(({ type }) => type === 'target');
  const named = new Map<string, SecretSink>();
  for (const sink of await Promise.all(targets.map(({ text }) => session.sink(text)))) {
    if (named.has(sink.id))
      throw new KeyturnError('USAGE_INVALID', `${rotation} names the sink ${sink.id} twice`, {
        hint: 'Remove one of the two.',
        effect: 'none',
      });
    named.set(sink.id, sink);
  }
  return named;
}

/** One line for each reason: hundreds may have the same. */
function warningsOf(rotation: string, skipped: ReadonlyMap<string, string>): string[] {
  return [...new Set(skipped.values())].map((reason) => {
    const targets = [...skipped].filter(([, other]) => other === reason).map(([target]) => target);
    return `${rotation}: left out, since ${reason}: ${targets.join(', ')}`;
  });
}
