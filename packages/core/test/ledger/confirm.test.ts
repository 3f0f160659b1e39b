import { describe, expect, it } from 'vitest';

import { Ledger } from '../../src/ledger/ledger.ts';
import type { StateStore } from '../../src/ledger/store.ts';
import { memoryStore, virtualClock } from '../../src/testing/index.ts';

async function open() {
  const clock = virtualClock();
  const store = memoryStore({ clock });
  const seen: string[] = [];
  const watched: StateStore = {
    ...store,
    lock: async (...args) => {
      const lock = await store.lock(...args);
      const confirm = async (...call: Parameters<typeof lock.confirm>): Promise<void> => {
        seen.push('looks');
        await lock.confirm(...call);
      };
      return new Proxy(lock, {
        get: (target, name) =>
          name === 'confirm' ? confirm : (Reflect.get(target, name, target) as unknown),
      });
    },
  };
  const ledger = await Ledger.open(watched, 'ci', { owner: 'test', clock });
  return { ledger, seen, store };
}

describe('whether the lock is still held', () => {
  it('is looked at once for all who ask in the same moment, after the last of them has asked', async () => {
    const { ledger, seen } = await open();
    const ask = (): Promise<void> => {
      seen.push('asks');
      return ledger.confirm();
    };
    await Promise.all([ask(), ask(), ask()]);
    await ask();
    expect(seen).toEqual(['asks', 'asks', 'asks', 'looks', 'asks', 'looks']);
    await ledger.release();
  });

  it('is answered to each of them', async () => {
    const { ledger, store } = await open();
    store.steal('ci', 'asleep');
    const answers = await Promise.allSettled([ledger.confirm(), ledger.confirm()]);
    expect(answers).toMatchObject([
      { reason: { code: 'STATE_LOST' } },
      { reason: { code: 'STATE_LOST' } },
    ]);
  });
});
