import {
  hasCode,
  type Clock,
  type Environment,
  type Random,
  type StoreBackend,
} from '@keyturn/core';
import {
  describeHolder,
  holderOf,
  type Machine,
  mentions,
  type OpenedLedger,
  thisMachine,
} from '@keyturn/core/ledger';

import { Branch } from './branch.ts';
import { chapterOf, readAll } from './chapter.ts';
import { checkBranch } from './check.ts';
import { claim } from './claim.ts';
import { ledgerIn, listLedgers, namesOf } from './files.ts';
import type { Deadlines } from './git.ts';
import type { Location } from './location.ts';
import type { Later } from './lease.ts';
import { GitLock, RECENT } from './lock.ts';
import { parseLock } from './lock-file.ts';
import { lockHeld, watchedHolder } from './messages.ts';
import type { Snapshot } from './snapshot.ts';
import { judge, watch } from './takeover.ts';

export interface GitStoreOptions {
  readonly location: Location;
  /** The base of `git:REMOTE`. */
  readonly directory: string;
  readonly env: Environment;
  readonly clock: Clock;
  readonly random: Random;
  /** @default two minutes, in milliseconds */
  readonly lease?: number;
  readonly deadlines?: Deadlines;
  readonly machine?: Machine;
  readonly later?: Later;
}

const TWO_MINUTES = 120_000;
const DEADLINES: Deadlines = { local: 60_000, network: 60_000 };

const later: Later = (milliseconds, call) => {
  const timer = setTimeout(call, milliseconds).unref();
  return () => clearTimeout(timer);
};

/** The store of `gitStore`, with everything that tests replace passed in. */
export function createGitStore(options: GitStoreOptions) {
  const { location, directory, env, clock, random, lease = TWO_MINUTES } = options;
  let known: Promise<Machine> | undefined;
  const machine = (): Promise<Machine> =>
    (known ??= options.machine ? Promise.resolve(options.machine) : thisMachine());
  const where = describe(location);
  const deadlines = options.deadlines ?? DEADLINES;
  const branch = new Branch({ location, directory, env, clock, machine, deadlines, where }, random);
  /**
   * The locks that were not pushed yet. While a run finds out what is due, it reads from one copy of the branch: its first push shows
   * whether that moved. After that, what it reads is fresh, because tokens are revoked by it.
   */
  const expected = new Set<GitLock>();
  /** When the locks that are watched can be taken over, in milliseconds since 1970. */
  const watching = new Map<string, number>();
  const ageNow = (): number => (expected.size > 0 ? RECENT : 0);

  const readLock = async (snapshot: Snapshot, name: string, signal: AbortSignal) => {
    const [content] = await snapshot.read([name], signal);
    if (content === undefined) return undefined;
    const lock = parseLock(content, lease);
    return { content, lock, verdict: await judge(lock, await machine()) };
  };

  /** The lock file that can be replaced; undefined if there is none. */
  const expectFree = async (rotation: string, signal: AbortSignal) => {
    const { lock: name } = namesOf(rotation);
    for (const age of [RECENT, 0]) {
      const found = await readLock(await branch.recent(age, signal), name, signal);
      if (found === undefined || found.verdict === 'free') return found?.content;
      if (age > 0) continue;
      const { content, lock, verdict } = found;
      if (verdict === 'held') throw lockHeld(rotation, lock.holder, undefined);
      const watched = { branch, rotation, name, lock, content };
      watching.set(rotation, clock.now() + lock.lease);
      try {
        return (await watch(watched, clock, signal)) ? content : undefined;
      } finally {
        watching.delete(rotation);
      }
    }
    return undefined;
  };

  return {
    async open(rotation, { signal }): Promise<OpenedLedger> {
      const snapshot = await branch.recent(ageNow(), signal);
      const file = await ledgerIn(snapshot, namesOf(rotation), where, signal);
      try {
        const { records, revision } = chapterOf(file);
        return { records, revision };
      } catch (error) {
        // Reading from the start shows the line number.
        if (hasCode(error, 'STATE_CORRUPT')) for (const _ of readAll(file)) continue;
        throw error;
      }
    },
    async *history(rotation, { signal }) {
      const snapshot = await branch.fresh(signal);
      yield* readAll(await ledgerIn(snapshot, namesOf(rotation), where, signal));
    },
    async lock(rotation, owner, { signal }) {
      const abandoned = await expectFree(rotation, signal);
      const holder = await holderOf(await machine(), owner, clock);
      const means = {
        branch,
        clock,
        machine: await machine(),
        lease,
        later: options.later ?? later,
      };
      const lock = new GitLock(means, {
        rotation,
        holder,
        abandoned,
        begun: (one) => expected.delete(one),
      });
      // A push of the holder that is gone might still be under way: it must fail before the ledger is read.
      if (abandoned !== undefined) await lock.takeOver(signal);
      else expected.add(lock);
      return lock;
    },
    check: ({ signal }) => checkBranch(branch, location.branch, signal),
    async holder(rotation, { signal }) {
      const found = await readLock(await branch.fresh(signal), namesOf(rotation).lock, signal);
      if (found === undefined || found.verdict === 'free') return undefined;
      const until = watching.get(rotation);
      const { holder } = found.lock;
      return until === undefined ? describeHolder(holder) : watchedHolder(holder, until);
    },
    async unlock(rotation, { signal }) {
      const { lock: name, encoded } = namesOf(rotation);
      const { result } = await branch.change({
        about: () => `${encoded} unlock`,
        signal,
        needsFresh: true,
        async plan(draft) {
          const [content] = await draft.read([name], signal);
          if (content === undefined) return undefined;
          draft.remove(name);
          return describeHolder(parseLock(content, lease).holder);
        },
      });
      return result;
    },
    async rotations({ signal }) {
      const listed = await listLedgers(await branch.recent(ageNow(), signal), where, false, signal);
      return listed.map(({ rotation }) => rotation);
    },
    async holders(token, { signal }) {
      const listed = await listLedgers(await branch.recent(ageNow(), signal), where, true, signal);
      return listed
        .filter(({ content }) => mentions(content?.toString() ?? '', token))
        .map(({ rotation }) => rotation);
    },
    claim: (rotation, key, { signal }) => claim(branch, rotation, key, signal),
    close: () => branch.close(),
  } satisfies StoreBackend;
}

/** A location for people, without a login. */
function describe(location: Location): string {
  if ('remote' in location) return `git:${location.remote}#${location.branch}`;
  const url = location.url.replace(/\/\/[^/@]*@/, '//');
  return `git+${url}#${location.branch}`;
}
