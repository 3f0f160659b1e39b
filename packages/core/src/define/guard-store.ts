import type { CallOptions } from '../contracts/runtime.ts';
import type { Lock, StateStore } from '../ledger/store.ts';
import { callInterrupted } from '../messages.ts';
import type { LockBackend, StoreBackend } from './store-backend.ts';
import { guardEach, guardFor } from './guard.ts';

/** For a call without options: nothing interrupts it. */
const patient: CallOptions = { signal: new AbortController().signal };

/**
 * Translates the errors of a store, and ends a call when its signal is aborted, even if the store does not: what the store was about
 * to write might be written then.
 */
export function guardStore(kind: string, backend: StoreBackend): StateStore {
  const { mentioning, check, holder, unlock, take, now, close } = backend;
  const id = `store ${kind}`;
  const guard = guardStoreFor(id);
  return {
    specVersion: 1,
    kind,
    open: (rotation, o) => guard('open', (call) => backend.open(rotation, call))(o),
    history: (rotation, o = patient) => guardEach(id, 'history', backend.history(rotation, o), o),
    lock: (rotation, owner, o) =>
      guard('lock', async (call) => guardLock(id, await backend.lock(rotation, owner, call)))(o),
    rotations: (o) => guard('rotations', (call) => backend.rotations(call))(o),
    holders: (token, o) => guard('holders', (call) => backend.holders(token, call))(o),
    claim: (rotation, key, o) => guard('claim', (call) => backend.claim(rotation, key, call))(o),
    ...(mentioning !== undefined && {
      mentioning: (texts, o) =>
        guard('mentioning', (call) => mentioning.call(backend, texts, call))(o),
    }),
    ...(check !== undefined && { check: guard('check', (call) => check.call(backend, call)) }),
    ...(holder !== undefined && {
      holder: (rotation, o) => guard('holder', (call) => holder.call(backend, rotation, call))(o),
    }),
    ...(unlock !== undefined && {
      unlock: (rotation, o) => guard('unlock', (call) => unlock.call(backend, rotation, call))(o),
    }),
    ...(take !== undefined && {
      take: (limit, points, o) =>
        guard('take', (call) => take.call(backend, limit, points, call))(o),
    }),
    ...(now !== undefined && { now: guard('now', (call) => now.call(backend, call)) }),
    ...(close !== undefined && { close: () => guard('close', () => close.call(backend))(patient) }),
  };
}

function guardLock(id: string, lock: LockBackend): Lock {
  const guard = guardStoreFor(id);
  return {
    signal: lock.signal,
    get heldUntil() {
      return lock.heldUntil;
    },
    append: (records, revision, { durable = 'now', ...o } = patient) =>
      guard('append', (call) => lock.append(records, revision, { ...call, durable }))(o),
    confirm: (o) => guard('confirm', (call) => lock.confirm(call))(o),
    release: (o) => guard('release', (call) => lock.release(call))(o),
  };
}

function guardStoreFor(id: string) {
  const guard = guardFor(id);
  return <Result>(method: string, call: (options: CallOptions) => Promise<Result>) =>
    (options: CallOptions = patient): Promise<Result> =>
      guard(method, (o) => unlessAborted(id, method, call(o), o))(options);
}

/** A store may be waiting for a disk or a server that never answers. */
async function unlessAborted<Result>(
  id: string,
  method: string,
  working: Promise<Result>,
  { signal }: CallOptions,
): Promise<Result> {
  if (signal === patient.signal) return working;
  let interrupt = (): void => {};
  const interrupted = new Promise<never>((_, reject) => {
    interrupt = () => reject(callInterrupted(id, method, 'unknown'));
  });
  signal.addEventListener('abort', interrupt, { once: true });
  try {
    return await Promise.race([working, interrupted]);
  } finally {
    signal.removeEventListener('abort', interrupt);
    // Nobody waits for it anymore.
    working.catch(() => {});
  }
}
