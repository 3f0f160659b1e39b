import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { systemClock } from '@keyturn/core';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';

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

interface Child {
  readonly process: ChildProcess;
  readonly tell: (line: string) => void;
  readonly answer: () => Promise<string>;
}

async function spawnChild(): Promise<Child> {
  const script = fileURLToPath(new URL('child.ts', import.meta.url));
  const child = spawn(
    process.execPath,
    [
      '--conditions=@keyturn/source',
      '--disable-warning=ExperimentalWarning',
      script,
      folder,
      String(LEASE),
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const answer = async (): Promise<string> => String((await lines.next()).value);
  const tell = (line: string): void => void child.stdin.write(`${line}\n`);
  expect(await answer()).toBe('ready');
  return { process: child, tell, answer };
}

async function killed(child: Child): Promise<void> {
  child.process.kill('SIGKILL');
  await once(child.process, 'exit');
}

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
