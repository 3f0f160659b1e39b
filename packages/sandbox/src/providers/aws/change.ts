import type { Change } from '../provider.ts';
import type { AwsState } from './state.ts';

/** What somebody else does to an access key, by its id. */
export function change({ op, fields }: Change, state: AwsState): object | undefined {
  if (!['revoke', 'disable', 'enable'].includes(op))
    throw new TypeError(`aws has no "${op}"; it has revoke, disable and enable`);
  const key = [...state.users.values()]
    .flatMap(({ keys }) => keys)
    .find((one) => one.accessKeyId === fields.id && one.revokedAt === null);
  if (key === undefined) return undefined;
  if (op === 'revoke') key.revokedAt = state.runtime.clocks.now().real;
  else {
    key.status = op === 'enable' ? 'Active' : 'Inactive';
    key.changedAt = state.runtime.clock();
  }
  return { id: key.accessKeyId };
}
