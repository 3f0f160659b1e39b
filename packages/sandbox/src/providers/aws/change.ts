import type { Change, ChangeFields } from '../provider.ts';
import { openKey, type AwsState } from './state.ts';

/** What somebody else does to an access key, by its id; `create` makes one for the user with that `name`. */
export function change({ op, fields }: Change, state: AwsState): object | undefined {
  if (op === 'create') return create(fields, state);
  if (!['revoke', 'disable', 'enable'].includes(op))
    throw new TypeError(`aws has no "${op}"; it has revoke, disable, enable and create`);
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

function create({ name = '' }: ChangeFields, state: AwsState): object | undefined {
  const user = state.users.get(name);
  const { keysPerUser } = state.behaviour;
  if (user === undefined || user.keys.filter((key) => key.revokedAt === null).length >= keysPerUser)
    return undefined;
  const key = openKey({}, state.runtime);
  user.keys.push(key);
  return { id: key.accessKeyId };
}
