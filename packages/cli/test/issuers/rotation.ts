import {
  rotate,
  type IssuerAdapter,
  type RotationReport,
  type RotationRequest,
} from '@keyturn/core';
import { memoryStore, seededRandom } from '@keyturn/core/testing';
import { controlOf, type JobResult } from '@keyturn/sandbox';

import circleci from '@keyturn/sink-circleci';
import github from '@keyturn/sink-github';
import gitlab from '@keyturn/sink-gitlab';
import type { BranchWorld } from '../../../issuer-planetscale/test/support/branches.ts';
import { contextOf } from '../../../http/test/support/adapters/context.ts';

const TARGETS = {
  'github:acme/web': github,
  'gitlab:acme/infra': gitlab,
  'circleci:gh/acme/web': circleci,
};
export const GRACE = 86_400_000;

export interface Rotating {
  readonly run: (changes?: Partial<RotationRequest>) => Promise<RotationReport>;
  /** What jobs of all CI systems use, and whether it works, without duplicates: `abcdefghijkl works`. */
  readonly jobs: () => Promise<readonly string[]>;
  /** How many jobs ran beside an action, and how many of them failed. */
  readonly during: <Result>(
    action: Promise<Result>,
  ) => Promise<{ readonly result: Result; readonly ran: number; readonly failed: number }>;
  readonly close: () => Promise<void>;
}

/** A rotation into three CI systems at once, each with one secret, whose jobs use what they read. */
export async function rotating(
  world: BranchWorld,
  { kind, names }: IssuerAdapter,
  old?: { readonly id: string; readonly url: string },
): Promise<Rotating> {
  const { sandbox, clock, issuer } = world;
  const { context, close } = contextOf({ ...sandbox.env }, clock);
  const control = controlOf(sandbox);
  if (old !== undefined)
    await control.change(
      ...Object.keys(TARGETS).map((sink) => ({
        op: 'write',
        sink,
        name: 'DATABASE_URL',
        value: old.url,
      })),
    );
  const sinks = await Promise.all(
    Object.entries(TARGETS).map(([target, adapter]) => adapter.open(target, context)),
  );
  const runtime = {
    store: memoryStore({ clock }),
    clock,
    random: seededRandom(7),
    owner: 'test',
    signal: new AbortController().signal,
  };
  const runJobs = (): Promise<readonly JobResult[]> => {
    const job = { use: kind, names: { url: 'DATABASE_URL' } };
    return Promise.all(Object.keys(TARGETS).map((sink) => control.job({ sink, ...job })));
  };
  return {
    async jobs() {
      const came = await runJobs();
      return [...new Set(came.map(({ ok, tokenId }) => `${tokenId} ${ok ? 'works' : 'fails'}`))];
    },
    run: (changes = {}) =>
      rotate(
        {
          name: 'database',
          issuer,
          sinks,
          layout: { kind: 'pair', names: names.pair },
          policy: { maxAge: '90d', grace: '1d', settle: '10m' },
          permissions: 'copy',
          ...(old !== undefined && { replaces: old.id }),
          ...changes,
        },
        runtime,
      ),
    async during(action) {
      const over = new AbortController();
      const ending = action.finally(() => over.abort());
      let [ran, failed] = [0, 0];
      while (!over.signal.aborted) {
        const came = await runJobs();
        ran += came.length;
        failed += came.filter(({ ok }) => !ok).length;
      }
      return { result: await ending, ran, failed };
    },
    close,
  };
}
