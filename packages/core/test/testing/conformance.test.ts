import type { test as nodeTest } from 'node:test';

import { describe, expect, it, test } from 'vitest';

import {
  type Check,
  type Closable,
  issuerChecks,
  runIssuerConformance,
  runSinkConformance,
  runStoreConformance,
  sinkChecks,
  storeChecks,
  type TestFunctions,
} from '../../src/testing/index.ts';
import { issuerFixture, issuerKinds, sinkFixture, storeFixture } from './fixtures.ts';
import { issuerKindMutants } from './mutants/issuer-kinds.ts';
import { issuerWriteMutants } from './mutants/issuer-writes.ts';
import { issuerMutants } from './mutants/issuers.ts';
import { failing, type Mutant } from './mutants/mutant.ts';
import { askingMutants } from './mutants/sink-asking.ts';
import { confirmationMutants } from './mutants/sink-confirmations.ts';
import { deliveryMutants } from './mutants/sink-deliveries.ts';
import { evidenceMutants } from './mutants/sink-evidence.ts';
import { failureMutants } from './mutants/sink-failures.ts';
import { placeMutants } from './mutants/sink-places.ts';
import { wholeMutants } from './mutants/sink-whole.ts';
import { claimMutants } from './mutants/store-claims.ts';
import { durabilityMutants } from './mutants/store-durability.ts';
import { tokenMutants } from './mutants/store-tokens.ts';
import { ledgerMutants } from './mutants/store-ledgers.ts';
import { lockMutants } from './mutants/store-locks.ts';

for (const readBack of ['value', 'tail', 'stamp', 'none'] as const)
  for (const atomic of [false, true]) {
    const name = `memory (${readBack}${atomic ? ', atomic' : ''})`;
    await runSinkConformance(name, () => sinkFixture(readBack, atomic), { test });
  }
await runIssuerConformance('memory', () => issuerFixture(), { test });
for (const [name, kind] of Object.entries(issuerKinds))
  await runIssuerConformance(`memory (${name})`, () => issuerFixture(kind), { test });
await runStoreConformance('memory', storeFixture, { test });

proves('sink', sinkChecks, [
  ...deliveryMutants,
  ...placeMutants,
  ...askingMutants,
  ...wholeMutants,
  ...confirmationMutants,
  ...evidenceMutants,
  ...failureMutants,
]);
proves('issuer', issuerChecks, [...issuerMutants, ...issuerWriteMutants, ...issuerKindMutants]);
proves('store', storeChecks, [
  ...ledgerMutants,
  ...durabilityMutants,
  ...tokenMutants,
  ...lockMutants,
  ...claimMutants,
]);

function proves<Fixture extends Closable>(
  role: string,
  checks: readonly Check<Fixture>[],
  mutants: readonly Mutant<Fixture>[],
): void {
  describe(`the ${role} checks`, () => {
    it.concurrent.each(mutants)('find one that $fault: $check', async (mutant) => {
      const { check, alsoFails = [], open } = mutant;
      expect(await failing(checks, open)).toEqual([check, ...alsoFails].toSorted());
    });

    it('have a mutant each, and ids and titles of their own', () => {
      const ids = checks.map(({ id }) => id);
      expect(new Set(mutants.map(({ check }) => check))).toEqual(new Set(ids));
      expect(new Set(ids).size).toBe(ids.length);
      expect(new Set(checks.map(({ title }) => title)).size).toBe(ids.length);
    });
  });
}

describe('registering a kit', () => {
  const registered: string[] = [];
  const skipped: string[] = [];
  const record = (titles: string[]) => (title: string) => titles.push(title);
  const functions: TestFunctions = {
    test: Object.assign(record(registered), { skip: record(skipped) }),
  };

  it('skips nothing silently: the title says why', async () => {
    const { deny: _, ...fixture } = sinkFixture('stamp');
    await runSinkConformance('mine', () => fixture, functions);
    const denied = sinkChecks.find(({ id }) => id === 'denied')?.title ?? '';
    expect(skipped).toContain(`mine: ${denied} (skipped: the fixture has no deny)`);
    expect(registered.length + skipped.length).toBe(sinkChecks.length);
  });

  it('opens one fixture for each test, and closes it', async () => {
    let [opened, closed] = [0, 0];
    const runs: (() => Promise<void>)[] = [];
    const collecting = Object.assign((_: string, run: () => Promise<void>) => runs.push(run), {
      skip: () => {},
    });
    const open = () => {
      opened++;
      return { ...storeFixture(), close: () => closed++ };
    };
    await runStoreConformance('mine', open, { test: collecting });
    for (const run of runs) await run();
    expect({ opened, closed }).toEqual({ opened: runs.length + 1, closed: runs.length + 1 });
  });

  it('takes the test function of node:test', () => {
    const fits = (one: { readonly test: typeof nodeTest }): TestFunctions => one;
    expect(fits).toBeTypeOf('function');
  });
});
