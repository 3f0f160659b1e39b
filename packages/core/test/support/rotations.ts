import { rotate } from '../../src/index.ts';
import type { StateStore } from '../../src/ledger/index.ts';
import { memoryIssuer, memorySink, seededRandom, virtualClock } from '../../src/testing/index.ts';

const HOUR = 3_600_000;
const names = { id: 'TOKEN_ID', token: 'TOKEN' };

/** A rotation with three sinks and without a grace period, the same for every store. */
export function rotationWithThreeSinks() {
  const clock = virtualClock();
  const issuer = memoryIssuer({ clock });
  const issuedAt = new Date(clock.now() - 2400 * HOUR).toISOString();
  const old = issuer.seed({ label: 'by-hand', permissions: ['read_organization'], issuedAt });
  const sinks = ['memory:a', 'memory:b', 'memory:c'].map((id) => memorySink({ id, clock }));
  for (const sink of sinks) {
    sink.write(names.id, old.id);
    sink.write(names.token, old.secret);
  }
  const random = seededRandom(7);
  const { signal } = new AbortController();
  return {
    clock,
    issuer,
    /** Until it is due again. */
    wait: () => clock.advance(2200 * HOUR),
    run: async (store: StateStore) => {
      const report = await rotate(
        {
          name: 'ci',
          issuer,
          sinks,
          layout: { kind: 'pair', names },
          policy: { maxAge: 2160 * HOUR, grace: 0, settle: 0 },
          permissions: 'copy',
          replaces: old.id,
        },
        { store, clock, random, owner: 'test', signal },
      );
      return report.outcome;
    },
  };
}
