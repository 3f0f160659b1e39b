import { describe, expect, it } from 'vitest';

import type { Fault } from '../../src/testing/memory/wire.ts';
import { makeWorld, type World } from './world.ts';

const never = new Promise<Fault>(() => {});

/** Runs until the nth request, where the process dies: before it is sent, or after it took effect. */
async function crashAt(
  nth: number,
  when: 'before' | 'after',
  readBack: 'value' | 'stamp' | 'none',
): Promise<{ world: World; died: boolean }> {
  const world = makeWorld(['memory:a', 'memory:b'], readBack);
  let seen = 0;
  let die = (): void => {};
  const death = new Promise<void>((resolve) => (die = resolve));
  world.fault = () => {
    seen++;
    if (seen < nth || (seen === nth && when === 'after')) return 'ok';
    die();
    return never;
  };
  const ended = world.run({ replaces: world.old }).then(() => 'ended' as const);
  const died = (await Promise.race([ended, death.then(() => 'died' as const)])) === 'died';
  world.fault = () => 'ok';
  world.store.steal('ci');
  return { world, died };
}

describe.each(['value', 'stamp', 'none'] as const)(
  'killed anywhere, with sinks that show %s',
  (readBack) => {
    it.each(['before', 'after'] as const)(
      '%s each request and each append, one more run converges',
      async (when) => {
        let kills = 0;
        for (let nth = 1; ; nth++) {
          const { world, died } = await crashAt(nth, when, readBack);
          if (!died) break;
          kills++;
          const report = await world.run({ replaces: world.old });
          expect(report.outcome, `killed ${when} request ${nth}`).toMatch(/rotated|current/);
          const fresh = report.current?.id;
          expect(world.live(), `killed ${when} request ${nth}`).toEqual([fresh]);
          expect(world.jobs()).toEqual([fresh, fresh]);
        }
        expect(kills).toBeGreaterThan(15);
      },
    );
  },
);
