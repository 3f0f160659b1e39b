import type { Change, ChangeFields } from '../provider.ts';
import { inTurn, removeNow } from './role-life.ts';
import { openToken, type Organization, type PlanetScaleState } from './state.ts';

/**
 * What somebody else does: `create` of a service token, `revoke` of a token, a branch password or a role, `own`, by which a role
 * gets a table, and `rename` of a branch (`id`) of the database `name`, whose credentials stay. `org` is the first one that has it where it is left out.
 */
export function change({ op, fields }: Change, state: PlanetScaleState): object | undefined {
  const organizations = [...state.organizations.values()].filter(
    ({ name }) => fields.org === undefined || name === fields.org,
  );
  if (op === 'revoke') return revoke(fields, organizations, state);
  if (op === 'create') return create(fields, organizations[0], state);
  if (op === 'own') return own(fields, organizations);
  if (op === 'rename') return rename(fields, organizations);
  throw new TypeError(`planetscale has no "${op}"; it has revoke, create, own and rename`);
}

function revoke(
  { id = '' }: ChangeFields,
  organizations: readonly Organization[],
  state: PlanetScaleState,
): object | undefined {
  const role = organizations.flatMap(({ roles }) => roles.get(id) ?? [])[0];
  if (role !== undefined) {
    if (role.revokedAt !== null) return undefined;
    void inTurn(state, () => removeNow(role, state));
    return { id };
  }
  const found = organizations.flatMap(
    (one) => one.tokens.get(id) ?? one.passwords.get(id) ?? [],
  )[0];
  if (found === undefined || found.revokedAt !== null) return undefined;
  found.revokedAt = state.runtime.clocks.now().real;
  return { id: found.id, revokedAt: found.revokedAt };
}

function create(
  { name, accesses }: ChangeFields,
  organization: Organization | undefined,
  state: PlanetScaleState,
): object | undefined {
  if (organization === undefined) return undefined;
  const token = openToken({ name: name ?? null, accesses: accesses ?? [] }, state.runtime);
  organization.tokens.set(token.id, token);
  return { id: token.id, token: token.token };
}

function own(
  { id = '', name }: ChangeFields,
  organizations: readonly Organization[],
): object | undefined {
  if (name === undefined) throw new TypeError('name must say which table');
  const role = organizations.flatMap(({ roles }) => roles.get(id) ?? [])[0];
  if (role === undefined) return undefined;
  role.owns = [...role.owns, name];
  return { id, owns: role.owns };
}

function rename(
  { name = '', id: from = '', to = '' }: ChangeFields,
  organizations: readonly Organization[],
): object | undefined {
  if (to === '') throw new TypeError('to must be the new name');
  const organization = organizations.find(({ databases }) => databases.has(name));
  const branches = organization?.databases.get(name)?.branches;
  if (organization === undefined || branches?.includes(from) !== true) return undefined;
  branches.splice(branches.indexOf(from), 1, to);
  for (const credential of [...organization.passwords.values(), ...organization.roles.values()])
    if (credential.database === name && credential.branch === from) credential.branch = to;
  return { name, branch: to };
}
