import { withLedger } from '../ledger/ledger.ts';
import { signedStore } from '../ledger/signed.ts';
import { summarise } from '../ledger/state.ts';
import type { Secret } from '../contracts/secret.ts';
import type { RotationRuntime } from './run/request.ts';

/** `unchanged`: all of it was signed with this key before. */
export type Signing = 'signed' | 'unchanged';

/**
 * Signs a ledger that is not signed yet, as it is: a new chapter begins, and from then on every record is signed. What the ledger
 * says is taken at the user's word.
 *
 * @throws {KeyturnError} `STATE_CORRUPT` if it is signed with another key, and what a store fails with
 */
export async function sign(
  rotation: string,
  key: Secret,
  { store, owner, clock }: Pick<RotationRuntime, 'store' | 'owner' | 'clock'>,
): Promise<Signing> {
  const signed = signedStore(store, key);
  const signing = { ...store, sign: signed.sign };
  return withLedger(signing, rotation, { owner, clock }, async (ledger) => {
    const { records } = await store.open(rotation);
    if (records.every(({ mac }) => mac !== undefined)) {
      await signed.open(rotation);
      return 'unchanged';
    }
    const { active } = ledger.state;
    // Its process is gone, since it has lost the lock.
    if (active !== undefined)
      await ledger.append({ type: 'lost', label: active.label, reason: 'the ledger was signed' });
    await ledger.append({ type: 'opened', rotation, summary: summarise(ledger.state) });
    return 'signed';
  });
}
