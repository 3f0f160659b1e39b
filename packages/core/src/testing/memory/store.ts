import { type Clock, KeyturnError, systemClock } from '../../index.ts';
import {
  EMPTY,
  follow,
  type LedgerRecord,
  type Lock,
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
}

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
  const append = (
    rotation: string,
    added: readonly LedgerRecord[],
    revision: Revision,
  ): Revision => {
    const lines = ledgers.get(rotation) ?? [];
    const [last] = parse(lines.slice(-1), rotation);
    if (revision !== (last === undefined ? EMPTY : revisionOf(last)))
      throw new KeyturnError('STATE_CONFLICT', `${rotation}: somebody else has written`, {
        hint: 'Run it again.',
        effect: 'none',
      });
    const next = verified(added, rotation, revision);
    lines.push(...added.map(serialise));
    ledgers.set(rotation, lines);
    return next;
  };

  const expectHeld = (rotation: string, holder: Holder): void => {
    if (holders.get(rotation) === holder) return;
    holder.lost.abort();
    throw new KeyturnError('STATE_LOST', `${rotation}: ${holder.owner} has lost the lock`, {
      hint: 'Run it again.',
      effect: 'none',
    });
  };
  const lockFor = (rotation: string, holder: Holder): Lock => ({
    signal: holder.lost.signal,
    append: (added, revision) =>
      wire.write('append', `${rotation}: ${typesOf(added)}`, undefined, () => {
        expectHeld(rotation, holder);
        return append(rotation, added, revision);
      }),
    confirm: () => wire.read('confirm', rotation, undefined, () => expectHeld(rotation, holder)),
    async release() {
      if (holders.get(rotation) === holder) holders.delete(rotation);
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
    open: (rotation) =>
      wire.read('open', rotation, undefined, () => {
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
    async lock(rotation, owner) {
      const busy = holders.get(rotation);
      if (busy !== undefined)
        throw new KeyturnError('STATE_BUSY', `${rotation} is held by ${busy.owner}`, {
          hint: 'Wait until that run has ended.',
          effect: 'none',
        });
      const holder = { owner, lost: new AbortController() };
      holders.set(rotation, holder);
      return lockFor(rotation, holder);
    },
    holder: async (rotation) => holders.get(rotation)?.owner,
    rotations: () => wire.read('rotations', '', undefined, () => [...ledgers.keys()].toSorted()),
    async claim(rotation, key) {
      const taken = JSON.stringify([rotation, key]);
      const isFirst = !claims.has(taken);
      claims.add(taken);
      return isFirst;
    },
  };
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
