import type { CallOptions } from '../contracts/runtime.ts';
import type { Lock, StateStore } from '../ledger/store.ts';

/** The methods of `Contract`, always called with their options. */
type Called<Contract> = {
  readonly [Name in keyof Contract]: NonNullable<Contract[Name]> extends (
    ...given: infer Given
  ) => infer Result
    ? (...given: Required<Given>) => Result
    : Contract[Name];
};

/** The result of `connect`: {@link StateStore} without what every store has, and with options in every call. */
export interface StoreBackend extends Called<
  Omit<StateStore, 'specVersion' | 'kind' | 'trusted' | 'sign' | 'lock'>
> {
  readonly lock: (rotation: string, owner: string, options: CallOptions) => Promise<LockBackend>;
}
export type LockBackend = Called<Lock>;
