import type { FindUsages, SinkDefinition, Usage } from './definition.ts';
import { KeyturnError, type ErrorCode } from '../contracts/errors.ts';
import { skipReasons } from '../messages.ts';
import { globMatcher } from './glob.ts';
import { guardEach } from './guard.ts';
import type { AdapterContext, CallOptions } from '../contracts/runtime.ts';
import type { Target } from '../contracts/target.ts';
import { mapLimited } from './map-limited.ts';
import { parseTarget } from './target.ts';
import { printable } from '../text/text.ts';

/** See {@link SinkAdapter.usages}. Patterns of names ignore case. */
export function usagesOf(
  { kind, usages }: Pick<SinkDefinition<unknown>, 'kind' | 'usages'>,
  scope: string | undefined,
  names: readonly string[],
  context: AdapterContext,
  options: CallOptions,
): AsyncIterable<Usage> | undefined {
  if (usages === undefined) return undefined;
  const matchers = names.map(globMatcher);
  const found = usages(
    scope === undefined ? undefined : parseTarget(scope),
    (name) => matchers.some((matches) => matches(name)),
    context,
    options,
  );
  return shown(guardEach(scope ?? kind, 'usages', found, options));
}

/** Names are foreign text, and are shown even if they are invalid. */
async function* shown(usages: AsyncIterable<Usage>): AsyncGenerator<Usage> {
  for await (const usage of usages)
    yield 'skipped' in usage
      ? { skipped: printable(usage.skipped, 200), reason: printable(usage.reason) }
      : { ...usage, name: printable(usage.name, 300) };
}

/** Errors that concern all places: continuing would only repeat them. */
const CONCERNS_ALL: readonly ErrorCode[] = [
  'AUTH_DENIED',
  'CREDENTIALS_MISSING',
  'INTERRUPTED',
  'NETWORK_FAILED',
  'RATE_LIMITED',
];

/** Returns the usages of a place, or a {@link SkippedUsage} if the place cannot be read. */
export async function usagesOrSkip(
  target: string,
  read: () => Promise<readonly Usage[]>,
): Promise<readonly Usage[]> {
  try {
    return await read();
  } catch (error) {
    if (!KeyturnError.is(error) || CONCERNS_ALL.includes(error.code)) throw error;
    const { code, message } = error;
    return [{ skipped: target, reason: skipReasons[code] ?? message.replace(`${target}: `, '') }];
  }
}

/** What a search for usages carries to every place. */
export interface UsageSearch {
  readonly isWanted: (name: string) => boolean;
  readonly context: AdapterContext;
  readonly options: CallOptions;
}

/**
 * Makes a {@link FindUsages} that infers where to search if no scope is given. If nothing can be inferred, nothing is found.
 *
 * @param search is given the target, and whether it was inferred
 */
export function findUsages(
  infer: (context: AdapterContext) => Promise<string | undefined>,
  search: (target: Target, isInferred: boolean, search: UsageSearch) => AsyncIterable<Usage>,
): FindUsages {
  return async function* usages(scope, isWanted, context, options) {
    const inferred = scope === undefined ? await infer(context) : undefined;
    const target = inferred === undefined ? scope : parseTarget(inferred);
    if (target === undefined) return;
    yield* search(target, scope === undefined, { isWanted, context, options });
  };
}

/** The usages of all places in their order. Reads at most `limit` places at a time. */
export async function* usagesOfEach<Place>(
  places: AsyncIterable<Place> | Iterable<Place>,
  limit: number,
  read: (place: Place) => Promise<readonly Usage[]>,
): AsyncGenerator<Usage> {
  for await (const found of mapLimited(places, limit, read)) yield* found;
}
