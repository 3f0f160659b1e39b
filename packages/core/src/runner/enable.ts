import type { TokenIssuer } from '../contracts/issuer.ts';
import { issuerChanged, noneDisabled, notOurs } from '../messages.ts';
import { identityOf, isSameIssuer } from '../ledger/place.ts';
import { withLedger } from '../ledger/ledger.ts';
import { observed } from './observed.ts';
import { isLabelOf } from './run/label.ts';
import type { TokenRecord } from '../ledger/state.ts';
import type { RotationRuntime } from './run/request.ts';

/** Which tokens to enable. */
export interface EnableRequest {
  readonly rotation: string;
  readonly issuer: TokenIssuer;
  /** One of the disabled tokens. @default all of them */
  readonly token?: string;
  /** Tokens that the user named on this machine: a ledger that others can write names none. */
  readonly named?: readonly string[];
}

/**
 * Lets replaced tokens work again that were disabled: all of them, or one. Their grace begins again, so that later runs disable
 * them once more.
 *
 * @returns the IDs of the tokens that work again
 * @throws {KeyturnError} `USAGE_INVALID` if no such token is disabled, or nothing but the ledger says that it is this rotation's, `CONFIG_INVALID` for another issuer, and the errors of the
 * issuer and the store
 */
export async function enable(
  { rotation, issuer, token, named = [] }: EnableRequest,
  {
    store,
    owner,
    clock,
    observe,
    signal,
  }: Pick<RotationRuntime, 'store' | 'owner' | 'clock' | 'observe' | 'signal'>,
): Promise<readonly string[]> {
  const opening = { owner, clock, observe: observed(rotation, observe) };
  return withLedger(store, rotation, opening, async (ledger) => {
    const { state } = ledger;
    const now = identityOf(issuer);
    if (state.issuer !== undefined && !isSameIssuer(state.issuer, now))
      throw issuerChanged(rotation, state.issuer.id, now.id);
    const disabled = [...state.tokens.values()]
      .filter((one) => mayBeDisabled(one) && (token ?? one.ref.id) === one.ref.id)
      .map(({ ref }) => ref.id);
    if (disabled.length === 0 || issuer.enable === undefined) throw noneDisabled(rotation, token);
    for (const id of disabled) {
      if (store.trusted !== true && !named.includes(id)) {
        const label = (await issuer.get(id, { signal }))?.label ?? '';
        if (!isLabelOf(label, rotation)) throw notOurs(rotation, id);
      }
      await ledger.append({ type: 'enabling', token: id });
      await ledger.confirm();
      await issuer.enable(id, { signal, beforeWrite: () => ledger.confirm() });
    }
    return disabled;
  });
}

/** Also if a request to disable or to enable it has no known result. */
function mayBeDisabled({ disabledAt, requested }: TokenRecord): boolean {
  return disabledAt !== undefined || requested === 'disable' || requested === 'enable';
}
