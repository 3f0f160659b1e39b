import type { StateStore } from '@keyturn/core/ledger';

import { lockAwaited } from '../messages.ts';
import type { Surroundings } from '../surroundings.ts';

/** How long a lock may take, in milliseconds of real time, before somebody is told why. */
const PATIENCE = 3000;

/** Calls back later; the result cancels that. */
export type Later = (milliseconds: number, call: () => void) => () => void;

const timer: Later = (milliseconds, call) => {
  const one = setTimeout(call, milliseconds);
  return () => clearTimeout(one);
};

/** A store that says who has a lock while it waits for it: a lease of another machine can last for minutes. */
export function tellingStore(
  store: StateStore,
  { warn }: Pick<Surroundings, 'warn'>,
  later: Later = timer,
): StateStore {
  const holder = store.holder?.bind(store);
  if (holder === undefined) return store;
  return {
    ...store,
    async lock(rotation, owner, options) {
      let isAwaited = true;
      const tell = async (): Promise<void> => {
        // Whoever cannot be asked is no reason to fail: the lock itself reports that.
        const who = await holder(rotation, options).catch(() => undefined);
        if (isAwaited && who !== undefined) warn(lockAwaited(rotation, who));
      };
      const cancel = later(PATIENCE, () => void tell());
      try {
        return await store.lock(rotation, owner, options);
      } finally {
        isAwaited = false;
        cancel();
      }
    },
  };
}
