import { empty, json, refuse, type Answer } from '../../http/answer.ts';
import { param, type Call } from '../../http/call.ts';
import type { Handler, Route } from '../../http/route.ts';
import { bodyOf, list, notFound, unprocessable } from './answers.ts';
import { isShown } from './auth.ts';
import { enterBranch, permit, type Action, type Branch } from './branches.ts';
import { newPassword } from './password.ts';
import { openRole, type Role } from './role.ts';
import { inTurn, look, proceed, reassign, remove } from './role-life.ts';
import { roleObject } from './role-object.ts';
import { changesOf, isReadOnly, rightsOf } from './role-params.ts';
import type { PlanetScaleState } from './state.ts';
import { expiryOf } from './ttl.ts';

/** `q` finds a part of the name or user name. A role that is gone is not listed. */
const listRoles: Handler<PlanetScaleState> = async (call, state) => {
  const branch = enterRoles(call, state, 'read');
  const asked = call.query.get('q')?.toLowerCase() ?? '';
  const status = call.query.get('status');
  const roles = rolesOf(branch).filter(
    (role) =>
      role.revokedAt === null &&
      isFound(role, state) &&
      [role.name, role.username].some((text) => text.toLowerCase().includes(asked)) &&
      (status === null || isExpired(role, state) === (status === 'expired')),
  );
  for (const role of roles) await look(role, state);
  return list(
    call,
    roles.map((role) => show(role, state)),
  );
};

const createRole: Handler<PlanetScaleState> = async (call, state) => {
  const branch = enterBranch(call, state, 'postgresql');
  const body = bodyOf(call);
  const rights = rightsOf(body);
  permit(branch, 'create', isReadOnly(rights));
  const createdAt = state.runtime.clocks.now().real;
  const role = openRole(
    {
      database: branch.database.name,
      branch: branch.name,
      ready: false,
      createdAt,
      ...rights,
      ...expiryOf(body, createdAt),
      ...changesOf(body),
    },
    state.runtime,
  );
  branch.organization.roles.set(role.id, role);
  await proceed(role, state);
  return json(200, show(role, state, role.password));
};

const getRole: Handler<PlanetScaleState> = async (call, state) => {
  const role = roleOf(call, enterRoles(call, state, 'read'));
  if (!isFound(role, state)) return notFound();
  await look(role, state);
  return isGone(role, state) ? notFound() : json(200, show(role, state));
};

const getDefault: Handler<PlanetScaleState> = (call, state) =>
  json(200, show(defaultOf(enterRoles(call, state, 'read')), state));

const updateRole: Handler<PlanetScaleState> = (call, state) => {
  const role = livingRole(call, state, 'create');
  Object.assign(role, changesOf(bodyOf(call)), { updatedAt: state.runtime.clocks.now() });
  return json(200, show(role, state));
};

/** Restarts the time of a role that has one. Whether its secret stays is not documented. */
const renewRole: Handler<PlanetScaleState> = async (call, state) => {
  const role = livingRole(call, state, 'create');
  if (role.ttl === null) return unprocessable('Role is not renewable');
  const { clocks } = state.runtime;
  const { expiresAt } = expiryOf({ ttl: role.ttl }, clocks.now().real);
  role.expiresAt = expiresAt === null ? null : clocks.at(expiresAt);
  if (role.ready) await state.roles.alter(role.username, { validUntil: expiresAt });
  if (state.behaviour.renewedSecret === 'kept') return json(200, show(role, state));
  await resetPassword(role, state);
  return json(200, show(role, state, role.password));
};

/** The old password ends at once. */
const resetRole: Handler<PlanetScaleState> = async (call, state) => {
  const role = livingRole(call, state, 'delete');
  await resetPassword(role, state);
  return json(200, show(role, state, role.password));
};

const resetDefault: Handler<PlanetScaleState> = async (call, state) => {
  const role = defaultOf(enterRoles(call, state, 'delete'));
  await resetPassword(role, state);
  const { username, password } = role;
  return json(200, { username, password, access_host_url: state.roles.host });
};

/** The answer comes before the end: `dropped_at` or `drop_failed` shows it. */
const deleteRole: Handler<PlanetScaleState> = async (call, state) => {
  const role = enterRole(call, state, 'delete');
  if (role.isDefault) return unprocessable('The default role cannot be deleted');
  const named = call.query.get('successor') ?? bodyOf(call)['successor'] ?? '';
  if (named !== '') await reassign(role, successorOf(named, role, call, state), state);
  await remove(role, state);
  return empty();
};

const reassignRole: Handler<PlanetScaleState> = async (call, state) => {
  const role = enterRole(call, state, 'delete');
  await reassign(role, successorOf(bodyOf(call)['successor'], role, call, state), state);
  return empty();
};

async function resetPassword(role: Role, state: PlanetScaleState): Promise<void> {
  role.password = newPassword(state.runtime);
  role.updatedAt = state.runtime.clocks.now();
  if (role.ready) await state.roles.alter(role.username, { password: role.password });
}

/** By its id, or its user name with or without the branch. */
function successorOf(named: unknown, role: Role, call: Call, state: PlanetScaleState): Role {
  const branch = enterBranch(call, state, 'postgresql');
  const found = rolesOf(branch).find(
    (one) =>
      one !== role &&
      one.deletedAt === null &&
      [one.id, one.username, one.baseUsername].some((name) => name === named),
  );
  return found ?? refuse(unprocessable('successor is not a role of this branch'));
}

function enterRoles(call: Call, state: PlanetScaleState, action: Action): Branch {
  const branch = enterBranch(call, state, 'postgresql');
  permit(branch, action);
  return branch;
}

/** The role of the path, unless somebody has deleted it. */
function livingRole(call: Call, state: PlanetScaleState, action: Action): Role {
  const role = enterRole(call, state, action);
  return role.deletedAt === null ? role : refuse(notFound());
}

/** The role of the path, to change it or to end it. */
function enterRole(call: Call, state: PlanetScaleState, action: Action): Role {
  const branch = enterBranch(call, state, 'postgresql');
  const role = roleOf(call, branch);
  permit(branch, action, isReadOnly(role));
  return role.revokedAt === null ? role : refuse(notFound());
}

const rolesOf = (branch: Branch): Role[] =>
  [...branch.organization.roles.values()].filter(
    (role) => role.database === branch.database.name && role.branch === branch.name,
  );

const roleOf = (call: Call, branch: Branch): Role =>
  rolesOf(branch).find(({ id }) => id === param(call, 'id')) ?? refuse(notFound());

const defaultOf = (branch: Branch): Role =>
  rolesOf(branch).find(({ isDefault }) => isDefault) ?? refuse(notFound());

const isGone = ({ revokedAt }: Role, { behaviour }: PlanetScaleState): boolean =>
  revokedAt !== null && behaviour.droppedRoles === 'gone';

/** A new role may not be found yet. */
const isFound = (role: Role, state: PlanetScaleState): boolean =>
  isShown({ ...role, revokedAt: null }, state);

const isExpired = ({ expiresAt }: Role, { runtime }: PlanetScaleState): boolean =>
  expiresAt !== null && runtime.clock() >= Date.parse(expiresAt.real);

const show = (role: Role, { runtime, roles }: PlanetScaleState, secret?: string): object =>
  roleObject(role, runtime, roles.host, secret);

/** One request at a time, so that nothing is made or dropped twice. */
const ordered =
  (handler: Handler<PlanetScaleState>): Handler<PlanetScaleState> =>
  (call, state) =>
    inTurn<Answer>(state, () => handler(call, state));

const roles = '/organizations/:organization/databases/:database/branches/:branch/roles';

export const roleRoutes: readonly Route<PlanetScaleState>[] = [
  { method: 'GET', path: roles, handler: ordered(listRoles) },
  { method: 'POST', path: roles, handler: ordered(createRole) },
  { method: 'GET', path: `${roles}/default`, handler: ordered(getDefault) },
  { method: 'POST', path: `${roles}/reset-default`, handler: ordered(resetDefault) },
  { method: 'GET', path: `${roles}/:id`, handler: ordered(getRole) },
  { method: 'PATCH', path: `${roles}/:id`, handler: ordered(updateRole) },
  { method: 'DELETE', path: `${roles}/:id`, handler: ordered(deleteRole) },
  { method: 'POST', path: `${roles}/:id/renew`, handler: ordered(renewRole) },
  { method: 'POST', path: `${roles}/:id/reset`, handler: ordered(resetRole) },
  { method: 'POST', path: `${roles}/:id/reassign`, handler: ordered(reassignRole) },
];
