import { describe, expect, it } from 'vitest';

import { SideBySide, type Turn } from '../../src/run/side-by-side.ts';

const never = new AbortController().signal;
const turns = async (): Promise<void> => {
  for (let i = 0; i < 10; i++) await Promise.resolve();
};

/** Runs the items as `work` does, and notes who begins, ends and goes on as the last. */
function play(
  limit: number,
  items: readonly string[],
  work: (item: string, turn: Turn, note: (what: string) => void) => Promise<void>,
  signal = never,
): { readonly log: string[]; readonly ended: Promise<readonly string[]>; most: () => number } {
  const log: string[] = [];
  let [running, most] = [0, 0];
  const ended = new SideBySide(items, limit, signal, async (item, _, turn) => {
    most = Math.max(most, ++running);
    await turns();
    await work(item, turn, (what) => log.push(`${what} ${item}`));
    running--;
    log.push(`end ${item}`);
    return item;
  }).run();
  return { log, ended, most: () => most };
}

describe('work side by side', () => {
  it('is as much at a time as allowed, and its results have the order of the items', async () => {
    const items = ['slow', 'b', 'c', 'd', 'e'];
    const { ended, most, log } = play(2, items, async (item) => {
      const times = item === 'slow' ? 10 : 0;
      for (let i = 0; i < times; i++) await turns();
    });
    expect(await ended).toEqual(items);
    expect(most()).toBe(2);
    expect(log.at(-1)).toBe('end slow');
  });

  it('of which some must be the last begins with all others, and goes on one by one', async () => {
    const { ended, log } = play(
      1,
      ['a', 'last', 'b', 'last too', 'c'],
      async (item, turn, note) => {
        if (!item.startsWith('last')) return;
        await turn.last(never);
        note('alone');
        await turns();
      },
    );
    expect(await ended).toHaveLength(5);
    expect(log).toEqual([
      'end a',
      'end b',
      'end c',
      'alone last',
      'end last',
      'alone last too',
      'end last too',
    ]);
  });

  it('waits for nobody after an abort, and begins nothing', async () => {
    const aborted = new AbortController();
    const { ended, log } = play(
      2,
      ['last', 'b', 'c', 'd'],
      async (item, turn) => {
        if (item === 'last') await turn.last(aborted.signal);
        else if (item === 'c') aborted.abort();
        else await turns();
      },
      aborted.signal,
    );
    const results = await ended;
    expect(results).toContain('last');
    expect(results).not.toContain('d');
    expect(log).toHaveLength(results.length);
  });

  it('that is a bug ends the run after what was begun', async () => {
    const { ended, log } = play(2, ['a', 'bug', 'c', 'd'], async (item, turn) => {
      if (item === 'bug') throw new Error('a bug');
      await turn.last(never);
    });
    await expect(ended).rejects.toThrow('a bug');
    expect(log).toEqual(['end a', 'end c']);
  });
});
