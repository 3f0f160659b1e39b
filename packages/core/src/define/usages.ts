import type { SinkDefinition, Usage } from './definition.ts';
import { KeyturnError, type ErrorCode } from '../contracts/errors.ts';
import { skipReasons } from '../messages.ts';
import { globMatcher } from './glob.ts';
import { guardEach } from './guard.ts';
import type { AdapterContext, CallOptions } from '../contracts/runtime.ts';
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
