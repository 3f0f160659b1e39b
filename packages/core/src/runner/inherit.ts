import { KeyturnError } from '../contracts/errors.ts';
import { Ledger } from '../ledger/ledger.ts';
import { isSameIssuer, type IssuerIdentity } from '../ledger/place.ts';
import { summarise, type RotationState } from '../ledger/state.ts';
import type { RotationRuntime } from './run/request.ts';

/** A rotation that was given another name. */
export interface InheritanceRequest {
  readonly name: string;
  /** The name that its ledger is kept under. */
  readonly from: string;
  /** The issuer that the configuration says. */
  readonly issuer: IssuerIdentity;
}

/** `unchanged`: it was done before. */
export type Inheritance = 'inherited' | 'unchanged';

/**
 * Lets a rotation go on with everything that is known under its former name; that ledger is empty afterwards. May be killed
 * anywhere, and done again.
 *
 * @throws {KeyturnError} `TOKEN_IN_USE` if the rotation has tokens of its own, `USAGE_INVALID` if there is nothing to go on with,
 * `CONFIG_INVALID` for tokens of another account; and what a store fails with
 */
export async function inherit(
  { name, from, issuer }: InheritanceRequest,
  { store, owner, clock, observe }: Pick<RotationRuntime, 'store' | 'owner' | 'clock' | 'observe'>,
): Promise<Inheritance> {
  const open = (rotation: string): Promise<Ledger> =>
    Ledger.open(store, rotation, owner, clock, (event) =>
      observe?.({ type: 'event', rotation, event }),
    );
  const old = await open(from);
  try {
    const ledger = await open(name);
    try {
      const isBegun = isCopy(ledger.state, old.state);
      if (isEmpty(old.state) && ledger.state.current !== undefined) return 'unchanged';
      refuse(name, from, issuer, ledger.state, old.state, isBegun);
      if (!isBegun) await copy(ledger, old, name, from);
      await old.append({ type: 'handed-over', to: name });
      return 'inherited';
    } finally {
      await ledger.release();
    }
  } finally {
    await old.release();
  }
}

async function copy(ledger: Ledger, old: Ledger, name: string, from: string): Promise<void> {
  const { active } = old.state;
  // Its process has lost the lock, or is gone.
  if (active !== undefined)
    await old.append({ type: 'lost', label: active.label, reason: `renamed to ${name}` });
  await ledger.append({ type: 'opened', rotation: name, summary: summarise(old.state), from });
}

function isEmpty({ tokens, attempts }: RotationState): boolean {
  return tokens.size === 0 && attempts.length === 0;
}

/** A run that was killed in between left the same tokens in both. */
function isCopy(state: RotationState, old: RotationState): boolean {
  const ids = [...old.tokens.keys()];
  return (
    !isEmpty(state) &&
    state.current === old.current &&
    state.tokens.size === ids.length &&
    ids.every((id) => state.tokens.has(id))
  );
}

function refuse(
  name: string,
  from: string,
  issuer: IssuerIdentity,
  state: RotationState,
  old: RotationState,
  isBegun: boolean,
): void {
  const fail = (code: KeyturnError['code'], why: string, hint: string): never => {
    throw new KeyturnError(code, why, { hint, effect: 'none' });
  };
  if (isEmpty(old))
    fail(
      'USAGE_INVALID',
      `the ledger of ${from} has no token`,
      'Name the rotation that this one was called before.',
    );
  if (!isBegun && !isEmpty(state))
    fail(
      'TOKEN_IN_USE',
      `${name} has tokens of its own`,
      `Let each end where it is: keyturn rotate ${name}, and keyturn forget ${from} for each of its sinks.`,
    );
  if (old.issuer !== undefined && !isSameIssuer(old.issuer, issuer))
    fail(
      'CONFIG_INVALID',
      `the tokens of ${from} are of ${old.issuer.id}, and ${name} is configured for ${issuer.id}`,
      'Change the issuer in the configuration.',
    );
}
