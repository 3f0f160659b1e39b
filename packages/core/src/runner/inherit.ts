import { formerIssuerOther, formerNameUnknown, rotationHasTokens } from '../messages.ts';
import { type Ledger, withLedger } from '../ledger/ledger.ts';
import { isSameIssuer, type IssuerIdentity } from '../ledger/place.ts';
import { summarise, type RotationState } from '../ledger/state.ts';
import { observed } from './observed.ts';
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
  const on = <Result>(rotation: string, work: (ledger: Ledger) => Promise<Result>) =>
    withLedger(store, rotation, { owner, clock, observe: observed(rotation, observe) }, work);
  return on(from, (old) =>
    on(name, async (ledger) => {
      const isBegun = isCopy(ledger.state, old.state);
      if (isEmpty(old.state) && ledger.state.current !== undefined) return 'unchanged';
      refuse(name, from, issuer, ledger.state, old.state, isBegun);
      if (!isBegun) await copy(ledger, old, name, from);
      await old.append({ type: 'handed-over', to: name });
      return 'inherited';
    }),
  );
}

async function copy(ledger: Ledger, old: Ledger, name: string, from: string): Promise<void> {
  const { active } = old.state;
  // Its process has lost the lock, or is gone.
  if (active !== undefined)
    await old.append({ type: 'lost', label: active.label, reason: `renamed to ${name}` });
  await ledger.append({ type: 'opened', rotation: name, summary: summarise(old.state), from });
  // The old ledger is emptied next.
  await ledger.flush();
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
  if (isEmpty(old)) throw formerNameUnknown(from);
  if (!isBegun && !isEmpty(state)) {
    const [sink] = old.sinks.keys();
    throw rotationHasTokens(name, from, sink);
  }
  if (old.issuer !== undefined && !isSameIssuer(old.issuer, issuer))
    throw formerIssuerOther(name, issuer.id, from, old.issuer.id);
}
