import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { type KeyturnError, rotate } from '@keyturn/core';
import { EMPTY } from '@keyturn/core/ledger';
import { memoryIssuer, memorySink, seededRandom, virtualClock } from '@keyturn/core/testing';
import { beforeEach, describe, expect, it } from 'vitest';

import type { FileOperations } from '../src/operations.ts';
import { powered } from './power.ts';
import {
  append,
  collect,
  fakeMachine,
  freshFolder,
  hooked,
  labelsOf,
  open,
  opened,
  started,
  systemError,
  writeChapters,
} from './support.ts';

const errnos = ['ENOSPC', 'EIO'];
const killed = fakeMachine(3, { 3: 'running' });
const next = fakeMachine(4, { 4: 'running' });

/** Two folders deep in one that is there, so that their names have to be made durable as well. */
let folder: string;
let ledger: string;
beforeEach(async () => {
  folder = join(await freshFolder(), 'deep', 'state');
  ledger = join(folder, 'one.jsonl');
});

const fileOf = async (kind: 'claims'): Promise<string> => {
  const path = join(folder, `one.${kind}`);
  const [name = ''] = await readdir(path);
  return join(path, name);
};

describe('a power cut takes nothing', () => {
  it('of a new ledger once its first records were accepted', async () => {
    const { operations, atRisk } = powered();
    const lock = await open({ folder, operations }).lock('one', 'x');
    const revision = await append(lock, EMPTY, opened());
    expect(atRisk(ledger)).toEqual([]);
    await append(lock, revision, started('a'));
    expect(atRisk(ledger)).toEqual([]);
    await lock.release();
  });

  it('of a new ledger in a folder that somebody who was killed had just made', async () => {
    const { operations, atRisk } = powered();
    await operations.mkdir(dirname(dirname(folder)));
    await operations.mkdir(dirname(folder));
    const handle = await operations.open(dirname(dirname(folder)));
    await handle.sync();
    await handle.close();
    await operations.mkdir(folder);
    expect(atRisk(ledger)).toContain(`the name ${folder}`);
    const lock = await open({ folder, operations }).lock('one', 'x');
    await append(lock, EMPTY, opened());
    expect(atRisk(ledger)).not.toContain(`the name ${folder}`);
    await lock.release();
  });

  it('of a ledger that somebody who was killed had made without a record', async () => {
    await mkdir(folder, { recursive: true });
    const { operations, atRisk } = powered();
    const lock = await open({ folder, operations }).lock('one', 'x');
    await (await operations.open(ledger, 'a')).close();
    expect(atRisk(ledger)).toEqual([`the name ${ledger}`]);
    await append(lock, EMPTY, opened());
    expect(atRisk(ledger)).toEqual([]);
    await lock.release();
  });

  it('of a ledger that was copied when its lock was taken over', async () => {
    await writeChapters(folder, 2);
    await open({ folder, machine: killed }).lock('one', 'killed');
    const { operations, atRisk, syncs } = powered();
    const lock = await open({ folder, operations, machine: next }).lock('one', 'x');
    expect(atRisk(ledger)).toEqual([]);
    expect(syncs.some((path) => path.endsWith('.copy'))).toBe(true);
    await lock.release();
  });

  it('of the end of a ledger that was put back after a write failed', async () => {
    const revision = await writeChapters(folder, 1);
    let isFull = true;
    const { operations, atRisk } = powered((path) => {
      if (!isFull || path !== ledger) return undefined;
      isFull = false;
      return systemError('EIO');
    });
    const lock = await open({ folder, operations }).lock('one', 'x');
    await expect(append(lock, revision, started('a'))).rejects.toMatchObject({ effect: 'none' });
    expect(atRisk(ledger)).toEqual([]);
    await lock.release();
  });

  it('where the folder above may be passed through but not read', async () => {
    await mkdir(folder, { recursive: true });
    const parent = dirname(folder);
    const guarded = (errno: string) =>
      hooked((call, path, act) =>
        call === 'open' && path === parent ? Promise.reject(systemError(errno)) : act(),
      );
    const lock = await open({ folder, operations: guarded('EACCES') }).lock('one', 'x');
    await append(lock, EMPTY, opened());
    await lock.release();
    const other = await open({ folder, operations: guarded('EIO') }).lock('two', 'x');
    await expect(append(other, EMPTY, opened('two'))).rejects.toMatchObject({
      code: 'STATE_FAILED',
    });
    await other.release();
  });

  it('of a torn line that was cut away and what was written in its place', async () => {
    const revision = await writeChapters(folder, 1);
    await writeFile(ledger, '{"torn', { flag: 'a' });
    const { operations, atRisk } = powered();
    const lock = await open({ folder, operations }).lock('one', 'x');
    await append(lock, revision, started('a'));
    expect(atRisk(ledger)).toEqual([]);
    await lock.release();
  });

  it('of a claim once it was granted', async () => {
    const { operations, atRisk } = powered();
    expect(await open({ folder, operations }).claim('one', 'key')).toBe(true);
    const file = await fileOf('claims');
    expect(atRisk(file)).toEqual([]);
    expect(await readFile(file, 'utf8')).toBe('key\n');
  });

  it('of a claim whose folder somebody who was killed had just made', async () => {
    await mkdir(folder, { recursive: true });
    const { operations, atRisk } = powered();
    await operations.mkdir(join(folder, 'one.claims'));
    expect(await open({ folder, operations }).claim('one', 'key')).toBe(true);
    expect(atRisk(await fileOf('claims'))).toEqual([]);
  });

  it('of what a removed ledger was: its mark does not come back to a new one', async () => {
    await writeChapters(folder, 2);
    await rm(ledger);
    const order: string[] = [];
    const operations = hooked((call, path, act) => {
      if (call === 'unlink' && path.endsWith('one.head')) order.push('removed');
      if (call === 'sync' && path === folder) order.push('synced');
      return act();
    });
    const lock = await open({ folder, operations }).lock('one', 'x');
    await append(lock, EMPTY, opened());
    expect(order.slice(0, 2)).toEqual(['removed', 'synced']);
    await lock.release();
  });
});

describe.each(errnos)('a sync that fails with %s', (errno) => {
  /** Lets one sync after the other fail, until none is left. */
  async function eachSync(
    prepare: () => Promise<unknown>,
    act: (operations: FileOperations) => Promise<unknown>,
    check: (error: KeyturnError, path: string) => Promise<void>,
  ): Promise<number> {
    const root = dirname(dirname(folder));
    for (let failing = 1; ; failing++) {
      await rm(root, { recursive: true, force: true });
      await prepare();
      let hit: string | undefined;
      const { operations } = powered((path, count) => {
        if (count !== failing) return undefined;
        hit = path;
        return systemError(errno);
      });
      const error = await act(operations).then(
        () => undefined,
        (thrown: unknown) => thrown as KeyturnError,
      );
      expect(error?.code).toBe(hit === undefined ? undefined : 'STATE_FAILED');
      if (hit === undefined) return failing - 1;
      expect(error?.message.split('\n')).toHaveLength(1);
      await check(error as KeyturnError, hit);
    }
  }

  const labels = async (): Promise<string[]> =>
    labelsOf(await collect(open({ folder }).history('one')));

  it('lets no first append be believed', async () => {
    const count = await eachSync(
      async () => {},
      async (operations) => {
        const lock = await open({ folder, operations }).lock('one', 'x');
        await append(lock, EMPTY, opened(), started('a')).finally(() => lock.release());
      },
      async () => {
        expect(await labels()).toEqual([]);
        const lock = await open({ folder }).lock('one', 'x');
        await append(lock, EMPTY, opened(), started('again'));
        expect(await labels()).toEqual(['again']);
        await lock.release();
      },
    );
    // The names of three folders and of the ledger, its folder once more, and the records.
    expect(count).toBe(6);
  });

  it('lets no later append be believed', async () => {
    const count = await eachSync(
      () => writeChapters(folder, 1),
      async (operations) => {
        const { revision } = await open({ folder }).open('one');
        const lock = await open({ folder, operations }).lock('one', 'x');
        await append(lock, revision, started('a')).finally(() => lock.release());
      },
      async (error) => {
        expect(error.effect).toBe('none');
        expect(await labels()).toEqual(['label-0']);
      },
    );
    expect(count).toBe(1);
  });

  it('lets no takeover be believed, and the next run makes it', async () => {
    const count = await eachSync(
      async () => {
        await writeChapters(folder, 1);
        await open({ folder, machine: killed }).lock('one', 'killed');
      },
      async (operations) =>
        (await open({ folder, operations, machine: next }).lock('one', 'x')).release(),
      async () => {
        expect(await labels()).toEqual(['label-0']);
        const inode = await readFile(ledger);
        const { revision } = await open({ folder }).open('one');
        const copies: string[] = [];
        const operations = hooked((call, path, act) => {
          if (call === 'rename' && path.endsWith('.copy')) copies.push(path);
          return act();
        });
        const lock = await open({ folder, operations, machine: next }).lock('one', 'y');
        // What the failed takeover had not made durable is made anew.
        expect(copies).toHaveLength(1);
        expect(await readFile(ledger)).toEqual(inode);
        await append(lock, revision, started('a'));
        await lock.release();
      },
    );
    expect(count).toBe(2);
  });

  it('lets no claim be granted', async () => {
    const count = await eachSync(
      async () => {},
      (operations) => open({ folder, operations }).claim('one', 'key'),
      async () => {
        const claims = [open({ folder }).claim('one', 'key'), open({ folder }).claim('one', 'key')];
        const granted = (await Promise.all(claims)).filter((isMine) => isMine);
        expect(granted.length).toBeLessThanOrEqual(1);
      },
    );
    // The names of four folders, the claim, its name, and its folder's once more.
    expect(count).toBe(7);
  });

  it('at any place of a rotation lets no effect follow that is not on the disk', async () => {
    const root = dirname(dirname(folder));
    for (let failing = 1, isDone = false; !isDone; failing++) {
      await rm(root, { recursive: true, force: true });
      let count = 0;
      const { operations } = powered(() => (++count >= failing ? systemError(errno) : undefined));
      const clock = virtualClock();
      const issuer = memoryIssuer({ clock });
      const sink = memorySink({ clock });
      const old = issuer.seed({ label: 'old' });
      sink.write('ID', old.id);
      sink.write('TOKEN', old.secret);
      const request = {
        name: 'one',
        issuer,
        sinks: [sink],
        layout: { kind: 'pair', names: { id: 'ID', token: 'TOKEN' } },
        policy: { maxAge: 1, grace: 0, settle: 0 },
        permissions: 'copy',
        replaces: old.id,
      } as const;
      const store = { specVersion: 1 as const, kind: 'file', ...open({ folder, operations }) };
      await rotate(request, {
        store,
        clock,
        random: seededRandom(1),
        owner: 'x',
        signal: new AbortController().signal,
      });
      isDone = count < failing;
      const events = (await collect(open({ folder }).history('one'))).map(
        ({ event }) => event.type,
      );
      const effects = [
        ...(issuer.tokens.length > 1 ? ['started'] : []),
        ...(sink.values.get('ID') === old.id ? [] : ['sending']),
        ...(issuer.tokens[0]?.revokedAt === undefined ? [] : ['revoking']),
      ];
      expect(events).toEqual(expect.arrayContaining(effects));
      expect(effects).toHaveLength(isDone ? 3 : effects.length);
    }
  });
});
