import { type Awaitable, type Check, register, type TestFunctions } from '../check.ts';
import { asking } from './asking.ts';
import { basics } from './basics.ts';
import { confirm } from './confirm.ts';
import { evidence } from './evidence.ts';
import { failures } from './failures.ts';
import type { SinkFixture } from './fixture.ts';
import { near } from './near.ts';
import { places } from './places.ts';
import { values } from './values.ts';
import { whole } from './whole.ts';

/** Everything that a sink must do. */
export const sinkChecks: readonly Check<SinkFixture>[] = [
  ...basics,
  ...places,
  ...near,
  ...values,
  ...asking,
  ...whole,
  ...confirm,
  ...evidence,
  ...failures,
];

/**
 * Registers one test for each of {@link sinkChecks}, skipped ones with their reason in the title.
 *
 * @example
 * ```ts
 * import { test } from 'vitest';
 *
 * await runSinkConformance('vercel', openFixture, { test });
 * ```
 */
export function runSinkConformance(
  name: string,
  open: () => Awaitable<SinkFixture>,
  functions: TestFunctions,
): Promise<void> {
  return register(sinkChecks, name, open, functions);
}
