import { type Awaitable, type Check, register, type TestFunctions } from '../check.ts';
import { asking } from './asking.ts';
import { ends } from './ends.ts';
import { failures } from './failures.ts';
import { finding } from './finding.ts';
import type { IssuerFixture } from './fixture.ts';
import { permissions } from './permissions.ts';
import { tokens } from './tokens.ts';

/** Everything that an issuer must do. */
export const issuerChecks: readonly Check<IssuerFixture>[] = [
  ...tokens,
  ...finding,
  ...permissions,
  ...asking,
  ...ends,
  ...failures,
];

/**
 * Registers one test for each of {@link issuerChecks}, skipped ones with their reason in the title.
 *
 * @example
 * ```ts
 * import { test } from 'vitest';
 *
 * await runIssuerConformance('planetscale', openFixture, { test });
 * ```
 */
export function runIssuerConformance(
  name: string,
  open: () => Awaitable<IssuerFixture>,
  functions: TestFunctions,
): Promise<void> {
  return register(issuerChecks, name, open, functions);
}
