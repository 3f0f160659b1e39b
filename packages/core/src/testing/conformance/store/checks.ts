import { type Awaitable, type Check, register, type TestFunctions } from '../check.ts';
import { claims } from './claims.ts';
import { durability } from './durability.ts';
import type { StoreFixture } from './fixture.ts';
import { ledgers } from './ledgers.ts';
import { locks } from './locks.ts';
import { tokens } from './tokens.ts';

/** Everything that a store must do. */
export const storeChecks: readonly Check<StoreFixture>[] = [
  ...ledgers,
  ...durability,
  ...tokens,
  ...locks,
  ...claims,
];

/**
 * Registers one test for each of {@link storeChecks}, skipped ones with their reason in the title.
 *
 * @example
 * ```ts
 * import { test } from 'vitest';
 *
 * await runStoreConformance('redis', openFixture, { test });
 * ```
 */
export function runStoreConformance(
  name: string,
  open: () => Awaitable<StoreFixture>,
  functions: TestFunctions,
): Promise<void> {
  return register(storeChecks, name, open, functions);
}
