import { memoryStore } from '@keyturn/core/testing';
import { expect, it } from 'vitest';

import { tellingStore, type Later } from '../../src/session/waiting.ts';

/** A store whose lock of `busy` is only acquired when the test says so, and a timer that fires when it says so. */
function waiting(holder: () => Promise<string | undefined>) {
  const plain = memoryStore();
  const lines: string[] = [];
  let acquire = (): void => {};
  let fire = (): void => {};
  let isCancelled = false;
  const later: Later = (_, call) => {
    fire = call;
    return () => (isCancelled = true);
  };
  const slow = {
    ...plain,
    holder,
    lock: async (rotation: string, owner: string) => {
      await new Promise<void>((resolve) => (acquire = resolve));
      return plain.lock(rotation, owner);
    },
  };
  return {
    store: tellingStore(slow, { warn: (line) => lines.push(line) }, later),
    lines,
    acquire: () => acquire(),
    fire: () => fire(),
    isCancelled: () => isCancelled,
  };
}

it('says who has a lock that takes long, once', async () => {
  const { store, lines, fire, acquire } = waiting(async () => 'ana (process 7 on beta)\nx');
  const locking = store.lock('busy', 'me');
  expect(lines).toEqual([]);
  fire();
  await expect.poll(() => lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^busy: .* ana \(process 7 on beta\)/);
  expect(lines[0]).not.toContain('\n');
  acquire();
  await (await locking).release();
});

it('says nothing of a lock that is acquired before, or whose holder is unknown', async () => {
  const quick = waiting(async () => 'ana');
  const locking = quick.store.lock('busy', 'me');
  quick.acquire();
  await (await locking).release();
  expect(quick.isCancelled()).toBe(true);
  quick.fire();
  const unknown = waiting(() => Promise.reject(new Error('unreachable')));
  const slow = unknown.store.lock('busy', 'me');
  unknown.fire();
  unknown.acquire();
  await (await slow).release();
  expect([...quick.lines, ...unknown.lines]).toEqual([]);
});
