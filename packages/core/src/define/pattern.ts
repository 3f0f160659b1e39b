import type { Expansion, SinkDefinition, TargetPattern } from './definition.ts';
import { KeyturnError } from '../contracts/errors.ts';
import { globMatcher } from './glob.ts';
import { guardEach } from './guard.ts';
import { pathUnusable } from '../messages.ts';
import type { AdapterContext, CallOptions } from '../contracts/runtime.ts';
import { formatTarget, parseTarget } from './target.ts';
import { printable } from '../text/text.ts';

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
    if (target.path !== path) return pathUnusable;
    definition.parseTarget(target);
    return undefined;
  } catch (error) {
    if (KeyturnError.is(error)) return error.message;
    throw error;
  }
}
