import type { LedgerRecord, Lock, StateStore } from '@keyturn/core/ledger';
import type { Observation } from '@keyturn/http';
import type { Surroundings } from '../surroundings.ts';

/** A request in the log, without its query, headers and body. */
export function requestText(request: Observation): string {
  const { method, url, status = 'no response', milliseconds, attempt } = request;
  const { host, pathname } = new URL(url);
  return `${method} ${host}${pathname} ${status}, ${milliseconds} ms, attempt ${attempt}`;
}

/** A store that logs every event once it was appended. Nothing in a ledger is secret. */
export function loggedStore(store: StateStore, { trace }: Surroundings): StateStore {
  if (trace === undefined) return store;
  const tell = (rotation: string, { seq, event: { type, ...rest } }: LedgerRecord): void =>
    trace('ledger', `${rotation} ${seq} ${type} ${JSON.stringify(rest)}`);
  return {
    ...store,
    async lock(rotation, owner, options) {
      const lock = await store.lock(rotation, owner, options);
      const append: Lock['append'] = async (records, revision, how) => {
        const next = await lock.append(records, revision, how);
        for (const record of records) tell(rotation, record);
        return next;
      };
      return Object.create(lock, { append: { value: append } }) as Lock;
    },
  };
}
