import { readdir } from 'node:fs/promises';

import { thisMachine } from '@keyturn/core/ledger';
import { beforeEach, describe, expect, it } from 'vitest';

import { type Child, killed, spawnChild as spawnScript } from '../../core/test/support/process.ts';
import { git } from './repositories.ts';
import { append, BRANCH, freshBare, labelsOf, o, open, started } from './support.ts';

const hasProc = (await thisMachine()).instance !== '';
const needsProc = hasProc ? '' : ' (skipped: this system has no /proc)';

let bare: string;
let folder: string;
beforeEach(async () => {
  ({ folder, bare } = await freshBare());
});

const spawnChild = (rotation = 'one') =>
  spawnScript(new URL('child.ts', import.meta.url), [`git+file://${bare}#${BRANCH}`, rotation], {
    TMPDIR: folder,
  });

const here = () => open({ bare }, { env: { PATH: process.env['PATH'], TMPDIR: folder } });

describe('a process that holds the lock', () => {
  it('is honoured while it runs', async () => {
    const child = await spawnChild();
    expect(await child.ask('lock')).toBe('held');
    await expect(here().lock('one', 'x', o)).rejects.toMatchObject({
      code: 'STATE_BUSY',
      hint: expect.stringContaining(`end process ${child.process.pid}`),
    });
  });

  it.skipIf(!hasProc)(
    `and was killed at any moment is followed at once, and all it was told to be kept is${needsProc}`,
    async () => {
      for (let round = 0; round < 8; round++) {
        const child = await spawnChild();
        expect(await child.ask('lock')).toBe('held');
        let last = (await child.ask('append for ever')).replace('appended ', '');
        for (let times = 0; times < round; times++)
          last = (await child.answer()).replace('appended ', '');
        await new Promise((resolve) => setTimeout(resolve, round * 7));
        await killed(child);

        const store = here();
        const lock = await store.lock('one', 'x', o);
        const { records, revision } = await store.open('one', o);
        expect(labelsOf(records)).toContain(last);
        await append(lock, revision, started(`round-${round}`));
        await lock.release();
        await store.close();
      }
      const left = (await readdir(folder)).filter((name) => name.startsWith('keyturn-git-'));
      expect(left.length).toBeLessThanOrEqual(1);
    },
    60_000,
  );
});

describe('eight processes at once', () => {
  it('that want one lock: one gets it', async () => {
    const children = await Promise.all(Array.from({ length: 8 }, () => spawnChild()));
    const answers = await Promise.all(children.map(({ ask }) => ask('lock')));
    expect(answers.toSorted()).toEqual([...Array<string>(7).fill('STATE_BUSY'), 'held']);
  }, 60_000);

  it('that claim one key: one gets it', async () => {
    const children = await Promise.all(Array.from({ length: 8 }, () => spawnChild()));
    const answers = await Promise.all(children.map(({ ask }) => ask('claim key')));
    expect(answers.toSorted()).toEqual([...Array<string>(7).fill('false'), 'true']);
  }, 60_000);

  it('with a rotation each all get through, and nothing is lost', async () => {
    const children = await Promise.all(Array.from({ length: 8 }, (_, n) => spawnChild(`r${n}`)));
    const run = async ({ ask }: Child): Promise<string[]> => {
      const answers = [await ask('lock')];
      for (const label of ['a', 'b', 'c']) answers.push(await ask(`append ${label}`));
      return [...answers, await ask('release')];
    };
    for (const answers of await Promise.all(children.map(run)))
      expect(answers).toEqual(['held', 'appended a1', 'appended b2', 'appended c3', 'released']);
    const store = here();
    for (const rotation of await store.rotations(o))
      expect(labelsOf((await store.open(rotation, o)).records)).toEqual(['a1', 'b2', 'c3']);
    expect(await store.rotations(o)).toHaveLength(8);
    expect(await git(bare, 'rev-list', '--min-parents=2', '--count', BRANCH)).toBe('0');
  }, 60_000);
});
