import type { Expansion, SinkDefinition, TargetPattern } from './definition.ts';
import { KeyturnError } from '../contracts/errors.ts';
import { globMatcher } from './glob.ts';
import { guardEach } from './guard.ts';
import { pathUnusable } from '../messages.ts';
import type { AdapterContext, CallOptions } from '../contracts/runtime.ts';
import { formatTarget, parseTarget } from './target.ts';
import { printable } from '../text/text.ts';

/** The maximum length of a name that is shown. */
const MOST_SHOWN = 200;

type Patterned = Pick<SinkDefinition<unknown>, 'parseTarget' | 'patterns'>;

/**
 * Parses a target that can be a pattern; undefined if the kind does not support patterns.
 *
 * @throws {KeyturnError} `TARGET_INVALID`, also for an invalid query of a pattern
 */
export function readPattern(definition: Patterned, text: string): TargetPattern | undefined {
  if (definition.patterns === undefined) return undefined;
  const { filters } = definition.patterns;
  const target = parseTarget(text);
  const { kind, path } = target;
  const kept = Object.entries(target.query).filter(([key]) => !filters.includes(key));
  const query = Object.fromEntries(kept);
  // Validates everything but the wildcards.
  definition.parseTarget({ ...target, path: path.replaceAll(/\*+/g, 'x'), query });
  return {
    isWild: path.includes('*'),
    isFiltered: kept.length < Object.keys(target.query).length,
    matches: globMatcher(path),
    at: (found) => formatTarget(kind, found, query),
  };
}

/** Asks the platform what a pattern matches; undefined if the target is not a pattern. */
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

/** Names are foreign text: one that is not a valid target must not stop the others, or match another place. */
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
