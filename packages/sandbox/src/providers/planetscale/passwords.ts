import { BlockList } from 'node:net';

import { empty, json, refuse, type Answer } from '../../http/answer.ts';
import { param, type Call, type JsonObject } from '../../http/call.ts';
import type { Handler, Route } from '../../http/route.ts';
import { bodyOf, list, notFound, unprocessable } from './answers.ts';
import { enter, isShown, isVisible } from './auth.ts';
import { databaseOf, enterBranch, mayRead, permit, type Branch } from './branches.ts';
import { newPassword, openPassword, type Password } from './password.ts';
import { passwordObject } from './password-object.ts';
import type { PlanetScaleState } from './state.ts';
import { expiryOf } from './ttl.ts';
import type { PasswordRole } from './world.ts';

const ROLES: readonly PasswordRole[] = ['reader', 'writer', 'admin', 'readwriter'];

const listPasswords: Handler<PlanetScaleState> = (call, state) => {
  const branch = enterBranch(call, state, 'mysql');
  permit(branch, 'read');
  const { passwords } = branch.organization;
  return page(
    call,
    state,
    [...passwords.values()].filter((one) => isOf(one, branch)),
  );
};

/** Over all branches of a database: the command line's list, which the API's description leaves out. */
const listOfDatabase: Handler<PlanetScaleState> = (call, state) => {
  const { caller, organization } = enter(call, state);
  const { name, kind = 'mysql' } = databaseOf(call, organization);
  if (kind !== 'mysql' || !mayRead(caller, name)) return notFound();
  const passwords = [...organization.passwords.values()];
  return page(
    call,
    state,
    passwords.filter(({ database }) => database === name),
  );
};

/** `q` finds a part of the name, in any case. Oldest first. */
function page(call: Call, state: PlanetScaleState, passwords: readonly Password[]): Answer {
  const asked = call.query.get('q')?.toLowerCase() ?? '';
  const region = call.query.get('read_only_region_id');
  const status = call.query.get('status');
  const fitting = passwords.filter(
    (one) =>
      isShown(one, state) &&
      one.name.toLowerCase().includes(asked) &&
      (region === null || region === '') &&
      (status === null || isExpired(one, state) === (status === 'expired')),
  );
  return list(
    call,
    fitting.map((one) => show(one, state)),
  );
}

const createPassword: Handler<PlanetScaleState> = (call, state) => {
  const branch = enterBranch(call, state, 'mysql');
  const body = bodyOf(call);
  const { role = 'admin', replica = false, direct_vtgate: directVtgate = false } = body;
  if (!isRole(role)) return unprocessable('role is not included in the list');
  if (typeof replica !== 'boolean') return unprocessable('replica is not a boolean');
  if (typeof directVtgate !== 'boolean') return unprocessable('direct_vtgate is not a boolean');
  permit(branch, 'connect', role === 'reader' || replica);
  // The command line asks for a read-only region by this. The sandbox has none.
  if ((body['read_only_region_id'] ?? '') !== '') return notFound();
  const { runtime } = state;
  const createdAt = runtime.clocks.now().real;
  const password = openPassword(
    {
      database: branch.database.name,
      branch: branch.name,
      role,
      replica,
      directVtgate,
      createdAt,
      ...expiryOf(body, createdAt),
      ...changesOf(body),
    },
    runtime,
  );
  branch.organization.passwords.set(password.id, password);
  return json(201, show(password, state, password.password));
};

const getPassword: Handler<PlanetScaleState> = (call, state) => {
  const branch = enterBranch(call, state, 'mysql');
  permit(branch, 'read');
  const password = branch.organization.passwords.get(param(call, 'id'));
  return password !== undefined && isOf(password, branch) && isShown(password, state)
    ? json(200, show(password, state))
    : notFound();
};

/** The role, the branch and the secret cannot be changed. */
const updatePassword: Handler<PlanetScaleState> = (call, state) => {
  const password = enterToChange(call, state);
  Object.assign(password, changesOf(bodyOf(call)));
  return json(200, show(password, state));
};

/** Restarts the time of a password that has one. Whether its secret stays is not documented. */
const renewPassword: Handler<PlanetScaleState> = (call, state) => {
  const password = enterToChange(call, state);
  if (password.ttl === null) return unprocessable('Password is not renewable');
  const { clocks } = state.runtime;
  const { expiresAt } = expiryOf({ ttl: password.ttl }, clocks.now().real);
  password.expiresAt = expiresAt === null ? null : clocks.at(expiresAt);
  if (state.behaviour.renewedSecret === 'kept') return json(200, show(password, state));
  password.password = newPassword(state.runtime);
  return json(200, show(password, state, password.password));
};

const deletePassword: Handler<PlanetScaleState> = (call, state) => {
  const branch = enterBranch(call, state, 'mysql');
  const password = passwordOf(call, branch, state);
  permit(branch, 'delete', isReadOnly(password));
  password.revokedAt = state.runtime.clocks.now().real;
  return empty();
};

function enterToChange(call: Call, state: PlanetScaleState): Password {
  const branch = enterBranch(call, state, 'mysql');
  const password = passwordOf(call, branch, state);
  permit(branch, 'connect', isReadOnly(password));
  return password;
}

function passwordOf(call: Call, branch: Branch, state: PlanetScaleState): Password {
  const password = branch.organization.passwords.get(param(call, 'id'));
  return password !== undefined && isOf(password, branch) && isVisible(password, state)
    ? password
    : refuse(notFound());
}

const isOf = ({ database, branch }: Password, place: Branch): boolean =>
  database === place.database.name && branch === place.name;

const isReadOnly = ({ role, replica }: Password): boolean => role === 'reader' || replica;

const isRole = (role: unknown): role is PasswordRole => ROLES.some((one) => one === role);

const isExpired = ({ expiresAt }: Password, { runtime }: PlanetScaleState): boolean =>
  expiresAt !== null && runtime.clock() >= Date.parse(expiresAt.real);

function show(password: Password, { runtime }: PlanetScaleState, secret?: string): object {
  const host = runtime.addresses.planetscaleQuery?.replace(/^\w+:\/\//, '') ?? '';
  return passwordObject(password, { ...runtime, host }, secret);
}

function changesOf({ name, cidrs }: JsonObject): { name?: string; cidrs?: string[] } {
  if (name !== undefined && name !== null && typeof name !== 'string')
    refuse(unprocessable('name is not a string'));
  return {
    ...(typeof name === 'string' && { name }),
    ...(cidrs !== undefined && cidrs !== null && { cidrs: rangesOf(cidrs) }),
  };
}

function rangesOf(cidrs: unknown): string[] {
  if (!Array.isArray(cidrs)) return refuse(unprocessable('cidrs is not a list'));
  return cidrs.map((range: unknown) =>
    typeof range === 'string' && rangeList([range]) !== undefined
      ? range
      : refuse(unprocessable('cidrs has a range that is not valid')),
  );
}

/** Addresses and ranges as a list that can be asked; undefined if one is invalid. */
export function rangeList(ranges: readonly string[]): BlockList | undefined {
  const allowed = new BlockList();
  for (const range of ranges) {
    const [, address = '', prefix] = /^([\d.]+|[\da-f:.]+)(?:\/(\d{1,3}))?$/i.exec(range) ?? [];
    const type = address.includes(':') ? 'ipv6' : 'ipv4';
    try {
      allowed.addSubnet(address, Number(prefix ?? (type === 'ipv6' ? 128 : 32)), type);
    } catch {
      return undefined;
    }
  }
  return allowed;
}

const database = '/organizations/:organization/databases/:database';
const passwords = `${database}/branches/:branch/passwords`;

export const passwordRoutes: readonly Route<PlanetScaleState>[] = [
  { method: 'GET', path: `${database}/passwords`, handler: listOfDatabase },
  { method: 'GET', path: passwords, handler: listPasswords },
  { method: 'POST', path: passwords, handler: createPassword },
  { method: 'GET', path: `${passwords}/:id`, handler: getPassword },
  { method: 'PATCH', path: `${passwords}/:id`, handler: updatePassword },
  { method: 'DELETE', path: `${passwords}/:id`, handler: deletePassword },
  { method: 'POST', path: `${passwords}/:id/renew`, handler: renewPassword },
];
