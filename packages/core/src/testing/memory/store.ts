import { type Clock, KeyturnError, systemClock } from '../../index.ts';
import {
  type AppendOptions,
  EMPTY,
  follow,
  ledgerChanged,
  type LedgerRecord,
  type Lock,
  mentions,
  parseRecord,
  type Revision,
  revisionOf,
  serialise,
  type StateStore,
} from '../../ledger/index.ts';
import { type FaultHook, Wire } from './wire.ts';

export interface MemoryStoreOptions {
  /** Needed for late faults only. */
  readonly clock?: Clock;
  readonly faults?: FaultHook;
  /** Whether what its ledgers say is believed, as only this process can write there. @default true */
  readonly trusted?: boolean;
}

/** A store whose disk is a map. It outlives the runs that use it. */
export interface MemoryStore extends StateStore {
  /** The ledgers as they are kept: one line of JSON for each record. What is changed here is changed on «disk». */
  readonly ledgers: Map<string, string[]>;
  /** What was claimed, in words of its own: for a copy of the «disk». */
  readonly claims: Set<string>;
  records(rotation: string): readonly LedgerRecord[];
  /** The holder of the lock is taken for dead: it has lost the lock, and another may take it. One that is asleep is not told. */
  steal(rotation: string, holder?: 'awake' | 'asleep'): void;
  landLate(): number;
}

interface Holder {
  readonly owner: string;
  readonly lost: AbortController;
  /** Appended, and kept with the next append or the release: gone if the process dies before. */
  waiting: readonly LedgerRecord[];
}

/** Nothing interrupts the call. */
const never: AppendOptions = { signal: new AbortController().signal };

/** A store in memory, fenced: who lost the lock cannot append. */
export function memoryStore({
  clock = systemClock,
  faults,
  trusted = true,
}: MemoryStoreOptions = {}): MemoryStore {
  const wire = new Wire('memory', clock, faults, 'STATE_FAILED');
  const ledgers = new Map<string, string[]>();
  const holders = new Map<string, Holder>();
  const claims = new Set<string>();

  const linesOf = (rotation: string): readonly string[] => {
    wire.landDue();
    return ledgers.get(rotation) ?? [];
  };
  const records = (rotation: string): LedgerRecord[] => parse(linesOf(rotation), rotation);
  const endOf = (rotation: string): Revision => {
    const [last] = parse((ledgers.get(rotation) ?? []).slice(-1), rotation);
    return last === undefined ? EMPTY : revisionOf(last);
  };
  const append = (rotation: string, added: readonly LedgerRecord[]): void => {
    const [first] = added;
    if (first === undefined) return;
    expectEnd(rotation, `${first.seq - 1}:${first.prev}`, endOf(rotation));
    ledgers.set(rotation, [...(ledgers.get(rotation) ?? []), ...added.map(serialise)]);
  };

  const expectHeld = (rotation: string, holder: Holder): void => {
    if (holders.get(rotation) === holder) return;
    holder.lost.abort();
    throw new KeyturnError('STATE_LOST', `${rotation}: ${holder.owner} has lost the lock`, {
      hint: 'Run it again.',
      effect: 'none',
    });
  };
  const keep = (
    rotation: string,
    holder: Holder,
    all: readonly LedgerRecord[],
    signal?: AbortSignal,
  ): Promise<void> =>
    wire.write('append', `${rotation}: ${typesOf(all)}`, signal, () => {
      expectHeld(rotation, holder);
      append(rotation, all);
      holder.waiting = [];
    });
  const lockFor = (rotation: string, holder: Holder): Lock => ({
    signal: holder.lost.signal,
    async append(added, revision, { signal, durable = 'now' } = never) {
      const all = [...holder.waiting, ...added];
      const end = holder.waiting.at(-1);
      expectEnd(rotation, revision, end === undefined ? endOf(rotation) : revisionOf(end));
      const next = verified(added, rotation, revision);
      if (durable === 'now') await keep(rotation, holder, all, signal);
      else holder.waiting = all;
      return next;
    },
    confirm: ({ signal } = never) =>
      wire.read('confirm', rotation, signal, () => expectHeld(rotation, holder)),
    async release() {
      try {
        if (holder.waiting.length > 0) await keep(rotation, holder, holder.waiting);
      } finally {
        if (holders.get(rotation) === holder) holders.delete(rotation);
      }
    },
  });

  return {
    specVersion: 1,
    kind: 'memory',
    trusted,
    ledgers,
    claims,
    records,
    steal(rotation, state = 'awake') {
      const holder = holders.get(rotation);
      holders.delete(rotation);
      if (state === 'awake') holder?.lost.abort();
    },
    landLate: () => wire.landLate(),
    open: (rotation, { signal } = never) =>
      wire.read('open', rotation, signal, () => {
        const lines = linesOf(rotation);
        const start = lines.findLastIndex(
          (line) => parseRecord(line, rotation).event.type === 'opened',
        );
        const chapter = parse(lines.slice(Math.max(0, start)), rotation);
        const [first] = chapter;
        const before = first === undefined ? EMPTY : `${first.seq - 1}:${first.prev}`;
        return { records: chapter, revision: verified(chapter, rotation, before) };
      }),
    async *history(rotation) {
      const all = records(rotation);
      verified(all, rotation, EMPTY);
      yield* all;
    },
    lock: (rotation, owner, { signal } = never) =>
      wire.read('lock', rotation, signal, () => {
        const busy = holders.get(rotation);
        if (busy !== undefined)
          throw new KeyturnError('STATE_BUSY', `${rotation} is held by ${busy.owner}`, {
            hint: 'Wait until that run has ended.',
            effect: 'none',
          });
        const holder = { owner, lost: new AbortController(), waiting: [] };
        holders.set(rotation, holder);
        return lockFor(rotation, holder);
      }),
    holder: async (rotation) => holders.get(rotation)?.owner,
    holders: (token, { signal } = never) =>
      wire.read('holders', token, signal, () =>
        [...ledgers]
          .filter(([, lines]) => mentions(lines.join('\n'), token))
          .map(([rotation]) => rotation)
          .toSorted(),
      ),
    mentioning: (texts, { signal } = never) =>
      wire.read('mentioning', '', signal, () =>
        [...ledgers]
          .filter(([, lines]) => texts.some((text) => mentions(lines.join('\n'), text)))
          .map(([rotation]) => rotation)
          .toSorted(),
      ),
    async unlock(rotation) {
      const holder = holders.get(rotation);
      holders.delete(rotation);
      return holder?.owner;
    },
    rotations: ({ signal } = never) =>
      wire.read('rotations', '', signal, () => [...ledgers.keys()].toSorted()),
    claim: (rotation, key, { signal } = never) =>
      wire.write('claim', rotation, signal, () => {
        const taken = JSON.stringify([rotation, key]);
        const isFirst = !claims.has(taken);
        claims.add(taken);
        return isFirst;
      }),
  };
}

function expectEnd(rotation: string, revision: Revision, end: Revision): void {
  if (revision !== end) throw ledgerChanged(rotation);
}

function parse(lines: readonly string[], rotation: string): LedgerRecord[] {
  return lines.map((line) => parseRecord(line, rotation));
}

/** The revision at the end of records that follow each other. */
function verified(records: readonly LedgerRecord[], rotation: string, start: Revision): Revision {
  return records.reduce((last, record) => follow(last, record, rotation), start);
}

/** The types of some events, in few words: `opened started`. */
function typesOf(records: readonly LedgerRecord[]): string {
  const types = records.slice(0, 8).map(({ event }) => event.type);
  return `${types.join(' ')}${records.length > types.length ? ' …' : ''}`;
}
