import { KeyturnError, type Expansion, type SecretSink } from '@keyturn/core';

import { exclusionFirst, patternMatchesNothing, sinkTwice, targetsSkipped } from '../messages.ts';
import { readEntry, type Entry } from './entry.ts';
import { means } from './select.ts';
import type { Session } from '../session/session.ts';

/** The open sinks of a rotation's entries. */
export interface OpenedSinks {
  readonly sinks: readonly SecretSink[];
  /** The ids of sinks that only a pattern matches: a run continues without them if they are unreachable. */
  readonly optional: readonly string[];
  /** The entry that each sink comes from, as written, by the sink's ID. */
  readonly entries: ReadonlyMap<string, string>;
  readonly warnings: readonly string[];
  /** Why the entries could not be resolved. */
  readonly failure?: KeyturnError;
}

/** What a pattern matches, as far as it is known. */
export interface Meaning extends Expansion {
  /** The platform was asked: there is nothing else. */
  readonly isWhole: boolean;
}
export type Resolve = (entry: Entry) => Promise<Meaning>;

/**
 * Opens the sinks of the entries: targets as they are, patterns as the targets that they match, without those that a later
 * exclusion matches. A sink that an entry names is neither duplicated by a pattern nor excluded.
 *
 * @throws {KeyturnError} for an invalid entry; an error while asking a platform is a `failure`
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
  const origins = new Map([...named].map(([id, { text }]) => [id, text] as const));
  const given = [...named.values()].map(({ sink }) => sink);
  let meanings: readonly (Meaning | undefined)[];
  try {
    meanings = await Promise.all(
      entries.map(async (entry) => (entry.type === 'pattern' ? resolve(entry) : undefined)),
    );
  } catch (error) {
    if (!KeyturnError.is(error)) throw error;
    return { sinks: given, optional: [], entries: origins, warnings: [], failure: error };
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
      warnings.push(patternMatchesNothing(rotation, entry.text));
    for (const sink of await Promise.all(meaning.targets.map((text) => session.sink(text))))
      if (!named.has(sink.id)) {
        found.set(sink.id, sink);
        origins.set(sink.id, entry.text);
      }
    for (const { target, reason } of meaning.skipped) skipped.set(target, reason);
  }
  return {
    sinks: [...given, ...found.values()],
    optional: [...found.keys()],
    entries: origins,
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

/** It would have no effect, so it must be a mistake. */
function refuseEarlyExclusion(entries: readonly Entry[]): void {
  const [first] = entries.filter(({ type }) => type !== 'target');
  if (first?.type === 'exclusion') throw exclusionFirst(first.text);
}

async function openNamed(
  rotation: string,
  entries: readonly Entry[],
  session: Session,
): Promise<Map<string, { readonly sink: SecretSink; readonly text: string }>> {
  const targets = entries.filter(({ type }) => type === 'target');
  const named = new Map<string, { readonly sink: SecretSink; readonly text: string }>();
  const opened = targets.map(async ({ text }) => ({ text, sink: await session.sink(text) }));
  for (const one of await Promise.all(opened)) {
    if (named.has(one.sink.id)) throw sinkTwice(rotation, one.sink.id);
    named.set(one.sink.id, one);
  }
  return named;
}

/** One line for each reason: hundreds of targets can have the same one. */
function warningsOf(rotation: string, skipped: ReadonlyMap<string, string>): string[] {
  return [...new Set(skipped.values())].map((reason) => {
    const targets = [...skipped].filter(([, other]) => other === reason).map(([target]) => target);
    return targetsSkipped(rotation, reason, targets);
  });
}
