import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { rotate } from '../../packages/core/src/index.ts';
import type { StateStore } from '../../packages/core/src/ledger/index.ts';
import {
  memoryIssuer,
  memorySink,
  seededRandom,
  virtualClock,
} from '../../packages/core/src/testing/index.ts';

const HOUR = 3_600_000;
/** Of rotations that are due at each call of {@link Rotator.next}. */
const MAX_AGE = 2160 * HOUR;
const NAMES = { id: 'TOKEN_ID', token: 'TOKEN' };

/** One rotation of a token in memory: all that is on a disk or a server is the ledger. */
export interface Rotator {
  readonly clock: ReturnType<typeof virtualClock>;
  /** Lets the token come due and rotates it, with its ledger in this store. */
  readonly next: (store: StateStore) => Promise<void>;
}

export function rotator(): Rotator {
  const clock = virtualClock();
  const issuer = memoryIssuer({ clock });
  const issuedAt = new Date(clock.now() - MAX_AGE).toISOString();
  const old = issuer.seed({ label: 'by-hand', permissions: ['read_organization'], issuedAt });
  const sink = memorySink({ id: 'memory:a', clock });
  sink.write(NAMES.id, old.id);
  sink.write(NAMES.token, old.secret);
  const random = seededRandom(7);
  const { signal } = new AbortController();
  return {
    clock,
    next: async (store) => {
      await clock.advance(MAX_AGE + HOUR);
      const { outcome, error } = await rotate(
        {
          name: 'ci',
          issuer,
          sinks: [sink],
          layout: { kind: 'pair', names: NAMES },
          policy: { maxAge: MAX_AGE, grace: 0, settle: 0 },
          permissions: 'copy',
          replaces: old.id,
        },
        { store, clock, random, owner: 'bench', signal },
      );
      if (outcome !== 'rotated') throw new Error(`${outcome}: ${error?.message ?? ''}`);
    },
  };
}

/** Runs the work in a folder of its own, which is removed in the end. */
export async function inFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'keyturn-bench-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
