import { describe, expect, it } from 'vitest';

import {
  chain,
  type LedgerRecord,
  type Lock,
  type RotationEvent,
  serialise,
  signedStore,
  type StateStore,
} from '../../src/ledger/index.ts';
import { Secret } from '../../src/index.ts';
import { Ledger, type Opening } from '../../src/ledger/ledger.ts';
import { stateOf } from '../../src/ledger/read-state.ts';
import { EMPTY } from '../../src/ledger/record.ts';
import { type MemoryStore, memoryStore, virtualClock } from '../../src/testing/index.ts';
import { collect } from '../support/ledgers.ts';
import { adopted, minute, opened, started } from './events.ts';

const key = new Secret('a-key-of-at-least-thirty-two-characters');

/** One append: the types of its events, and how soon they must be durable. */
type Written = readonly [types: string, durable: string | undefined];

interface Watched {
  readonly store: StateStore;
  readonly disk: MemoryStore;
  readonly written: Written[];
  /** The signals that the calls got. */
  readonly signals: Set<AbortSignal | undefined>;
  /** Awaited before each append. */
  before: () => Promise<void>;
}

function watch(disk = memoryStore()): Watched {
  const written: Written[] = [];
  const signals = new Set<AbortSignal | undefined>();
  const lockOf = (lock: Lock): Lock => ({
    ...lock,
    async append(records, revision, options) {
      signals.add(options?.signal);
      written.push([records.map(({ event }) => event.type).join(' '), options?.durable]);
      await watched.before();
      return lock.append(records, revision, options);
    },
    confirm(options) {
      signals.add(options?.signal);
      return lock.confirm(options);
    },
  });
  const store: StateStore = {
    ...disk,
    async lock(rotation, owner, options) {
      signals.add(options?.signal);
      return lockOf(await disk.lock(rotation, owner, options));
    },
    open(rotation, options) {
      signals.add(options?.signal);
      return disk.open(rotation, options);
    },
  };
  const watched: Watched = { store, disk, written, signals, before: async () => {} };
  return watched;
}

function open(store: StateStore, changes: Partial<Opening> = {}): Promise<Ledger> {
  return Ledger.open(store, 'r', { owner: 'test', clock: virtualClock(), ...changes });
}

/** What was begun gets on. */
async function turns(): Promise<void> {
  for (let n = 0; n < 5; n++) await new Promise((resolve) => setImmediate(resolve));
}

describe('events that are appended', () => {
  it('are written together with those that are announced a little later', async () => {
    const { store, written } = watch();
    const ledger = await open(store);
    const first = ledger.append(opened);
    for (let n = 0; n < 10; n++) await Promise.resolve();
    await Promise.all([first, ledger.append(adopted)]);
    expect(written).toEqual([['opened adopted', 'with-the-next']]);
  });

  it('are written after those that are being written', async () => {
    const watched = watch();
    const ledger = await open(watched.store);
    let answer = (): void => {};
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    watched.before = () => answered;
    const first = ledger.append(opened);
    await turns();
    const others = [ledger.append(adopted), ledger.append(started('new'))];
    await turns();
    expect(watched.written).toHaveLength(1);
    answer();
    await Promise.all([first, ...others]);
    expect(watched.written).toEqual([
      ['opened', 'with-the-next'],
      ['adopted started', 'now'],
    ]);
    expect(ledger.state.active?.label).toBe('label-new');
  });

  it('are not written once an append has failed, whatever the disk does by then', async () => {
    const watched = watch();
    const ledger = await open(watched.store);
    watched.before = () => Promise.reject(new Error('the disk is full'));
    await expect(ledger.append(opened)).rejects.toThrow('the disk is full');
    watched.before = async () => {};
    await expect(ledger.append(opened, adopted)).rejects.toThrow('the disk is full');
    expect(watched.written).toHaveLength(1);
  });
});

describe('what was appended and may wait', () => {
  it('is made durable by a flush', async () => {
    const { store, disk, written } = watch();
    const ledger = await open(store);
    await ledger.append(opened);
    expect(disk.records('r')).toEqual([]);
    await ledger.flush();
    expect(disk.records('r')).toMatchObject([{ event: opened }]);
    expect(written.at(-1)).toEqual(['', 'now']);
  });

  it('is nothing in a rehearsal', async () => {
    const { store, written } = watch();
    const ledger = await open(store, { isRehearsal: true });
    await ledger.append(opened);
    await ledger.flush();
    expect(ledger.state.rotation).toBe('r');
    expect(written).toEqual([]);
  });

  it('is left as it is once an append has failed', async () => {
    const watched = watch();
    const ledger = await open(watched.store);
    await ledger.append(opened);
    watched.before = () => Promise.reject(new Error('the disk is full'));
    await expect(ledger.append(adopted)).rejects.toThrow('the disk is full');
    watched.before = async () => {};
    await ledger.flush();
    expect(watched.written).toHaveLength(2);
    expect(watched.disk.records('r')).toEqual([]);
  });
});

describe('every call of the store', () => {
  const work = async (ledger: Ledger): Promise<void> => {
    await ledger.append(opened);
    await ledger.confirm();
    await ledger.flush();
  };

  it('can be interrupted by the signal that the ledger was opened with', async () => {
    const { store, signals } = watch();
    const { signal } = new AbortController();
    await work(await open(store, { signal }));
    expect([...signals]).toEqual([signal]);
  });

  it('has a signal though the ledger was opened without', async () => {
    const { store, signals } = watch();
    await work(await open(store));
    expect([...signals]).toEqual([expect.any(AbortSignal)]);
  });
});

describe('the clock of a ledger', () => {
  const BEHIND = Date.parse(minute(0));

  it('is not behind the last record', async () => {
    const disk = memoryStore();
    const ledger = await open(disk, { clock: virtualClock(Date.parse(minute(10))) });
    await ledger.append(opened, adopted);
    await ledger.release();
    const later = await open(disk, { clock: virtualClock(Date.parse(minute(30))) });
    await later.append(started('new'));
    await later.release();
    const last = await open(disk, { clock: virtualClock(BEHIND) });
    expect(last.clock.now()).toBe(Date.parse(minute(30)));
    expect(last.wallClock.now()).toBe(BEHIND);
  });

  it('is that of the store where the store has one', async () => {
    const disk = memoryStore();
    const clock = virtualClock(BEHIND);
    const ledger = await open({ ...disk, now: async () => clock.now() + 300_000 }, { clock });
    await clock.advance(60_000);
    expect(ledger.clock.now()).toBe(Date.parse(minute(6)));
    await ledger.append(opened);
    await ledger.release();
    expect(disk.records('r')).toMatchObject([{ at: minute(6), by: 'store' }]);
  });
});

describe('a ledger that is signed', () => {
  const forged = { mac: 'x'.repeat(43) };

  async function signed(...events: readonly RotationEvent[]): Promise<MemoryStore> {
    const disk = memoryStore();
    const ledger = await open(signedStore(disk, key));
    await ledger.append(...events);
    await ledger.release();
    return disk;
  }

  const history = async (disk: MemoryStore): Promise<LedgerRecord[]> =>
    collect(signedStore(disk, key).history('r'));

  it('is not opened without the key, whether it has one record or more', async () => {
    for (const events of [[opened], [opened, adopted, started('new')]])
      await expect(open(await signed(...events))).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  it('has a history, which may begin before it was signed', async () => {
    const disk = memoryStore();
    disk.ledgers.set('r', chain(EMPTY, [opened], minute(0)).map(serialise));
    const lock = await disk.lock('r', 'test');
    const { revision } = await disk.open('r');
    const sign = signedStore(disk, key).sign?.bind(undefined, 'r');
    await lock.append(chain(revision, [adopted], minute(1), 'me', sign), revision);
    await lock.release();
    expect(await history(disk)).toEqual(disk.records('r'));
    expect(disk.records('r')).toHaveLength(2);
  });

  it.each([
    ['has a wrong signature', forged],
    ['is not signed', {}],
  ])('has no history where a record after a signed one %s', async (_, changes) => {
    const disk = await signed(opened);
    const { revision } = await disk.open('r');
    const added = chain(revision, [adopted], minute(1), 'me', (record) => ({
      ...record,
      ...changes,
    }));
    disk.ledgers.get('r')?.push(...added.map(serialise));
    await expect(history(disk)).rejects.toMatchObject({ code: 'STATE_CORRUPT' });
  });
});

it('a mistake of keyturn is not told as a history that is impossible', () => {
  const broken = { ...opened, summary: undefined } as unknown as RotationEvent;
  expect(() => stateOf('r', chain(EMPTY, [broken], minute(0)))).toThrow(TypeError);
});
