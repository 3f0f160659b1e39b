import { describe, expect, it } from 'vitest';

import type { IssuerCost, RequestCost, RotationRequest, RotationRuntime } from '../../src/index.ts';
import { makeWorld, type World } from './world.ts';

const HOUR = 3_600_000;
const waiting = { maxAge: 2160 * HOUR, grace: HOUR, settle: 120_000 };

/** Each figure has digits of its own, so that a sum tells what went into it. */
const STEPS: IssuerCost = {
  issue: { inRow: 1, inAll: 2, waitMs: 1000 },
  grant: { inRow: 10, inAll: 20 },
  verify: { inRow: 100, inAll: 200, waitMs: 50 },
  revoke: { inRow: 1000, inAll: 2000 },
};
const A: RequestCost = { inRow: 3, inAll: 4, waitMs: 7 };
const B: RequestCost = { inRow: 5, inAll: 6 };

/** Its adapters tell these costs; undefined for one that does not tell. */
function costly(steps: IssuerCost | undefined, ...costs: readonly (RequestCost | undefined)[]) {
  const world = makeWorld();
  const asked: unknown[] = [];
  const issuer = {
    ...world.issuer,
    ...(steps !== undefined && {
      cost: (permissions: unknown) => {
        asked.push(permissions);
        return steps;
      },
    }),
  };
  const sinks = world.sinks.map((sink, nth) => {
    const cost = costs[nth];
    if (cost === undefined) return sink;
    return {
      ...sink,
      cost: (names: unknown) => {
        asked.push(names);
        return cost;
      },
    };
  });
  const run = (changes: Partial<RotationRequest> = {}, machine?: Partial<RotationRuntime>) =>
    world.run({ issuer, sinks, dryRun: true, ...changes }, undefined, machine);
  return { world, issuer, asked, run };
}

const replacing = ({ old }: World) => ({ replaces: old });

describe('a plan tells what the run costs', () => {
  it('with what each adapter says of the permissions and the names', async () => {
    const { world, asked, run } = costly(STEPS, A, B);
    const { ahead } = await run(replacing(world));
    expect(ahead).toMatchObject({ inRow: 1116, inAll: 2232, waitMs: 1057 });
    expect(asked).toEqual([
      ['read_organization', 'shop/read_branch'],
      ['TOKEN_ID', 'TOKEN'],
      ['TOKEN_ID', 'TOKEN'],
    ]);
  });

  it.each<[string, RequestCost, Partial<RotationRequest>, number?]>([
    ['without the end of a token that has grace', sum(116, 232, 1057), { policy: waiting }],
    ['of one sink only', sum(1114, 2226, 1057), { selected: ['memory:a'] }],
    ['with sinks one after the other', sum(1121, 2232, 1064), {}, 1],
  ])('%s', async (_, expected, changes, concurrency) => {
    const { world, run } = costly(STEPS, A, B);
    const machine = concurrency === undefined ? {} : { concurrency };
    const { ahead } = await run({ ...replacing(world), ...changes }, machine);
    expect(ahead).toMatchObject(expected);
  });

  it('without the end of a token if there is none to replace', async () => {
    const { run } = costly(STEPS, A, B);
    const { ahead } = await run({ permissions: ['read_organization'] });
    expect(ahead).toMatchObject(sum(116, 232, 1057));
  });

  it('with the end of the token in use', async () => {
    const { world, run } = costly(STEPS, A, B);
    await run({ ...replacing(world), dryRun: false });
    expect((await run({ force: true })).ahead).toMatchObject(sum(1116, 2232, 1057));
  });

  it('without a grant where a token is created with its permissions', async () => {
    const { world, issuer, run } = costly(STEPS, A, B);
    const supports = { ...issuer.supports, permissions: 'issue' as const };
    const { ahead } = await run({ ...replacing(world), issuer: { ...issuer, supports } });
    expect(ahead).toMatchObject(sum(1106, 2212, 1057));
  });

  it.each([
    ['and nothing waits for it', { grace: HOUR, beside: 40 }, 116 + 40],
    ['while the old token is revoked', { grace: 0, beside: 40 }, 1116],
    ['longer than the old token is revoked', { grace: 0, beside: 4000 }, 116 + 4000],
  ])('with what a sink does beside: %s', async (_, { grace, beside }, inRow) => {
    const { world, run } = costly(STEPS, A, { ...B, beside });
    const { ahead } = await run({ ...replacing(world), policy: { ...waiting, grace } });
    expect(ahead?.inRow).toBe(inRow);
  });

  it('with waits in the first step only, or in none of the first', async () => {
    const { issue, verify, ...rest } = STEPS;
    const [quick, slow] = [
      { inRow: 1, inAll: 2 },
      { ...issue, waitMs: 9 },
    ];
    for (const [first, expected] of [[quick, 50] as const, [slow, 59] as const]) {
      const { world, run } = costly({ issue: first, verify, ...rest }, B, B);
      expect((await run(replacing(world))).ahead?.waitMs).toBe(expected);
    }
  });
});

describe('a report tells no cost', () => {
  it.each<[string, IssuerCost | undefined, ...(RequestCost | undefined)[]]>([
    ['the issuer', undefined, A, B],
    ['a sink', STEPS, A, undefined],
    ['any sink', STEPS, undefined, undefined],
  ])('if %s does not', async (_, steps, ...costs) => {
    const { world, run } = costly(steps, ...costs);
    const report = await run(replacing(world));
    expect(report.outcome).toBe('planned');
    expect(report).not.toHaveProperty('ahead');
  });

  it('of a run that was no plan, nor of one that plans no new token', async () => {
    const { world, run } = costly(STEPS, A, B);
    const made = await run({ ...replacing(world), dryRun: false, policy: waiting });
    expect(made).not.toHaveProperty('ahead');
    expect(await run({ policy: waiting })).not.toHaveProperty('ahead');
    await world.clock.advance(HOUR);
    const ending = await run({ policy: waiting });
    expect(ending.outcome).toBe('planned');
    expect(ending).not.toHaveProperty('ahead');
  });

  it('of a run with a trial, whose time nobody knows', async () => {
    const { world, run } = costly(STEPS, A, B);
    const report = await run({ ...replacing(world), canary: { timeout: '1m' } });
    expect(report.outcome).toBe('planned');
    expect(report).not.toHaveProperty('ahead');
  });
});

function sum(inRow: number, inAll: number, waitMs: number): RequestCost {
  return { inRow, inAll, waitMs };
}
