import type { SinkDefinition } from './define.ts';
import { KeyturnError } from './errors.ts';
import { globMatcher } from './glob.ts';
import { guardEach } from './guard.ts';
import type { AdapterContext, CallOptions } from './runtime.ts';
import { formatTarget, parseTarget, type Target } from './target.ts';
import { printable } from './text.ts';

/** One place that a pattern may mean. */
export interface ListedPlace {
  /** As in a target: `acme/web`. */
  readonly path: string;
  /** Why nothing can be delivered to it: `it is archived`. */
  readonly skip?: string;
}

/** How the places of one kind are found by pattern. */
export interface SinkPatterns {
  /** Keys of the query that choose among what is listed, and that no target has: `topic`. */
  readonly filters: readonly string[];
  /**
   * Lists, over every page, at least the places that the pattern and its filters mean; what its path does not match is left out
   * afterwards.
   *
   * @throws {KeyturnError} `TARGET_INVALID` for a `*` where the platform cannot list; anything that a request may fail with.
   * A list that is not whole must fail.
   */
  readonly list: (
    pattern: Target,
    context: AdapterContext,
    options: CallOptions,
  ) => AsyncIterable<ListedPlace>;
}

/** What a target means by its path alone, without a request. */
export interface TargetPattern {
  /** It means any number of targets: there is a `*` in its path. */
  readonly isWild: boolean;
  /** It has a filter, so that only the platform knows what it means. */
  readonly isFiltered: boolean;
  readonly matches: (path: string) => boolean;
  /** The target that it means at a path: `github:acme/web?environment=production`. */
  readonly at: (path: string) => string;
}

/** The targets that a pattern means now. */
export interface Expansion {
  readonly targets: readonly string[];
  readonly skipped: readonly { readonly target: string; readonly reason: string }[];
}

/** Of the name of a place that is no target. */
const MOST_SHOWN = 200;

type Patterned = Pick<SinkDefinition<unknown>, 'parseTarget' | 'patterns'>;

/**
 * Reads a target that may be a pattern; undefined where the kind has none.
 *
 * @throws {KeyturnError} `TARGET_INVALID`, also for a mistake in what a pattern says beside its path
 */
export function readPattern(definition: Patterned, text: string): TargetPattern | undefined {
  if (definition.patterns === undefined) return undefined;
  const { filters } = definition.patterns;
  const target = parseTarget(text);
  const { kind, path } = target;
  const kept = Object.entries(target.query).filter(([key]) => !filters.includes(key));
  const query = Object.fromEntries(kept);
  // Any name in place of the wildcards shows what is wrong with the rest.
  definition.parseTarget({ ...target, path: path.replaceAll(/\*+/g, 'x'), query });
  return {
    isWild: path.includes('*'),
    isFiltered: kept.length < Object.keys(target.query).length,
    matches: globMatcher(path),
    at: (found) => formatTarget(kind, found, query),
  };
}

/** Asks the platform what a pattern means; undefined where the target is none. */
export async function expandPattern(
  definition: Patterned,
  text: string,
  context: AdapterContext,
  options: CallOptions,
): Promise<Expansion | undefined> {
  const pattern = readPattern(definition, text);
  if (definition.patterns === undefined || pattern?.isWild !== true) return undefined;
  const targets: string[] = [];
  const skipped: { target: string; reason: string }[] = [];
  const places = definition.patterns.list(parseTarget(text), context, options);
  for await (const { path, skip } of guardEach(text, 'expand', places, options)) {
    if (!pattern.matches(path)) continue;
    const target = pattern.at(path);
    const reason = skip ?? whyInvalid(definition, target, path);
    if (reason === undefined) targets.push(target);
    else skipped.push({ target: printable(target, MOST_SHOWN), reason });
  }
  return { targets, skipped };
}

/** The names come from outside: one that is no target must not stop the rest, or mean another place. */
function whyInvalid(definition: Patterned, text: string, path: string): string | undefined {
  try {
    const target = parseTarget(text);
    if (target.path !== path) return 'its name cannot stand in a target';
    definition.parseTarget(target);
    return undefined;
  } catch (error) {
    if (KeyturnError.is(error)) return error.message;
    throw error;
  }
}
