import { systemClock } from '@keyturn/core';
import { beforeEach, describe, expect, it } from 'vitest';

import { killed, spawnChild as spawnScript } from '../../core/test/support/process.ts';
import { thisMachine } from '@keyturn/core/ledger';
import {
  append,
  collect,
  freshFolder,
  labelsOf,
  LEASE,
  open,
  silence,
  started,
} from './support.ts';

const hasProc = (await thisMachine()).instance !== '';
const needsProc = hasProc ? '' : ' (skipped: this system has no /proc)';

let folder: string;
beforeEach(async () => {
  folder = await freshFolder();
});

const spawnChild = () => spawnScript(new URL('child.ts', import.meta.url), [folder, String(LEASE)]);

const store = () => open({ folder, clock: systemClock });

describe('a holder of the lock', () => {
  it('that lives is honoured and named', async () => {
    const child = await spawnChild();
    child.tell('lock');
    expect(await child.answer()).toBe('held');
    await expect(store().lock('one', 'x')).rejects.toMatchObject({
      code: 'STATE_BUSY',
      message: expect.stringContaining(`child ${child.process.pid} (process ${child.process.pid}`),
      hint: expect.stringContaining(`end process ${child.process.pid}`),
    });
  });

  it('that was killed is followed at once', async () => {
    const child = await spawnChild();
    child.tell('lock');
    await child.answer();
    await killed(child);
    const lock = await store().lock('one', 'x');
    expect(lock.signal.aborted).toBe(false);
    await lock.release();
  });

  it('that was killed as it wrote leaves a ledger that holds all that was acknowledged', async () => {
    for (let round = 0; round < 10; round++) {
      const child = await spawnChild();
      child.tell('lock');
      await child.answer();
      child.tell('append for ever');
      let last = '';
      for (let count = 0; count < 3 + round; count++)
        last = (await child.answer()).replace('appended ', '');
      await killed(child);
      const labels = labelsOf(await collect(store().history('one')));
      expect(labels).toContain(last);
      const lock = await store().lock('one', 'x');
      await append(lock, (await store().open('one')).revision, started(`round-${round}`));
      await lock.release();
    }
  }, 60_000);

  it.skipIf(!hasProc)(
    `that is stopped is honoured for its lease, then followed, and cannot write when it goes on${needsProc}`,
    async () => {
      const child = await spawnChild();
      child.tell('lock');
      await child.answer();
      child.tell('append early');
      expect(await child.answer()).toBe('appended early1');
      child.process.kill('SIGSTOP');
      await expect(store().lock('one', 'x')).rejects.toMatchObject({ code: 'STATE_BUSY' });

      await silence(folder, 2 * LEASE);
      const lock = await store().lock('one', 'x');
      child.tell('append late');
      child.process.kill('SIGCONT');
      expect(await child.answer()).toBe('STATE_LOST');
      await append(lock, (await store().open('one')).revision, started('new'));
      expect(labelsOf((await store().open('one')).records)).toEqual(['early1', 'new']);
      await lock.release();
    },
  );

  it.skipIf(!hasProc)(`that runs is honoured however the clocks jump${needsProc}`, async () => {
    const child = await spawnChild();
    child.tell('lock');
    await child.answer();
    for (const days of [-1, 1]) {
      const clock = { ...systemClock, now: () => Date.now() + days * 86_400_000 };
      await expect(open({ folder, clock }).lock('one', 'x')).rejects.toMatchObject({
        code: 'STATE_BUSY',
      });
    }
  });
});

describe('twenty processes at once', () => {
  it.each([
    ['a free lock', false],
    ['the lock of one that was killed', true],
  ])(
    'give %s to exactly one',
    async (_, isStale) => {
      if (isStale) {
        const holder = await spawnChild();
        holder.tell('lock');
        await holder.answer();
        await killed(holder);
      }
      const children = await Promise.all(Array.from({ length: 20 }, spawnChild));
      for (const child of children) child.tell('lock');
      const answers = await Promise.all(children.map(({ answer }) => answer()));
      expect(answers.toSorted()).toEqual([...Array<string>(19).fill('STATE_BUSY'), 'held']);
    },
    60_000,
  );
});
