/** Something that every implementation of a contract must do. */
export interface Check<Fixture> {
  /** Stable, for reports. */
  readonly id: string;
  readonly title: string;
  /** What goes wrong for users if it does not hold. */
  readonly reason: string;
  /** Why this fixture cannot show it; undefined if it can. */
  readonly skip?: (fixture: Fixture) => Awaitable<string | undefined>;
  /** Rejects if it does not hold. */
  readonly run: (fixture: Fixture) => Promise<void>;
}

export type Awaitable<Value> = Value | Promise<Value>;

/** What a fixture of any kind may bring to clean up after itself. */
export interface Closable {
  readonly close?: () => unknown;
}

/** One request, as a fixture's backend has received it. */
export interface ReceivedRequest {
  /** What was asked for, in the fixture's own words: `GET /projects/web/secrets`. */
  readonly route: string;
  /** Whether it is meant to change something that is stored; a login, or a search by POST, is not. */
  readonly changes: boolean;
}

/** The test function of vitest or `node:test`, or one like them. */
export interface TestFunctions {
  readonly test: {
    (title: string, run: () => Promise<void>): unknown;
    readonly skip: (title: string, run: () => Promise<void>) => unknown;
  };
}

export type CheckResult =
  | { readonly id: string; readonly status: 'passed' }
  | { readonly id: string; readonly status: 'skipped'; readonly reason: string }
  | { readonly id: string; readonly status: 'failed'; readonly error: unknown };

/** Runs one check on a fixture of its own, without a test runner. Never rejects for a check that fails. */
export async function runCheck<Fixture extends Closable>(
  check: Check<Fixture>,
  open: () => Awaitable<Fixture>,
): Promise<CheckResult> {
  const { id } = check;
  return withFixture(open, async (fixture) => {
    try {
      const reason = await check.skip?.(fixture);
      if (reason !== undefined) return { id, status: 'skipped', reason };
      await check.run(fixture);
      return { id, status: 'passed' };
    } catch (error) {
      return { id, status: 'failed', error };
    }
  });
}

/**
 * Registers one test for each check. A check that does not apply is registered as skipped, with its reason in the title:
 * to know that, one fixture is opened first, so wait for the promise (`await` at the top of the test file).
 */
export async function register<Fixture extends Closable>(
  checks: readonly Check<Fixture>[],
  name: string,
  open: () => Awaitable<Fixture>,
  { test }: TestFunctions,
): Promise<void> {
  await withFixture(open, async (probe) => {
    for (const check of checks) {
      const reason = await skipReason(check, probe);
      if (reason !== undefined)
        test.skip(`${name}: ${check.title} (skipped: ${reason})`, async () => {});
      else test(`${name}: ${check.title}`, () => withFixture(open, check.run));
    }
  });
}

/** A look that fails is one that the check makes again, and fails by. */
async function skipReason<Fixture>(
  check: Check<Fixture>,
  probe: Fixture,
): Promise<string | undefined> {
  try {
    return await check.skip?.(probe);
  } catch {
    return undefined;
  }
}

async function withFixture<Fixture extends Closable, Result>(
  open: () => Awaitable<Fixture>,
  use: (fixture: Fixture) => Promise<Result>,
): Promise<Result> {
  const fixture = await open();
  try {
    return await use(fixture);
  } finally {
    await fixture.close?.();
  }
}
