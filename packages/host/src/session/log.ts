import type { LedgerRecord, StateStore } from '@keyturn/core/ledger';
import type { Observation } from '@keyturn/http';
import type { Surroundings } from '../surroundings.ts';

/** A request in the log, without its query, headers and body. */
export function requestText(request: Observation): string {
  const { method, url, status = 'no response', milliseconds, attempt } = request;
  const { host, pathname } = new URL(url);
  return `${method} ${host}${pathname} ${status}, ${milliseconds} ms, attempt ${attempt}`;
}

/** A store that logs every event when it is durable. Nothing in a ledger is secret. */
export function loggedStore(store: StateStore, { trace }: Surroundings): StateStore {
  if (trace === undefined) return store;
  const tell = (rotation: string, { seq, event: { type, ...rest } }: LedgerRecord): void =>
    trace('ledger', `${rotation} ${seq} ${type} ${JSON.stringify(rest)}`);
  return {
    ...store,
    async lock(rotation, owner) {
      const lock = await store.lock(rotation, owner);
      return {
        signal: lock.signal,
        confirm: () => lock.confirm(),
        release: () => lock.release(),
        async append(records, revision) {
          const next = await lock.append(records, revision);
          for (const record of records) tell(rotation, record);
          return next;
        },
      };
    },
  };
}
