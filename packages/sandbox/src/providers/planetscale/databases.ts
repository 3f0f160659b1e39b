import { json } from '../../http/answer.ts';
import { param } from '../../http/call.ts';
import type { Handler } from '../../http/route.ts';
import { touches } from './accesses.ts';
import { list, notFound } from './answers.ts';
import { enter, may, type Caller } from './auth.ts';
import { databaseOf } from './branches.ts';
import { branchObject, databaseObject } from './objects.ts';
import type { PlanetScaleState } from './state.ts';

/** Lists what the caller may see, which may be nothing: a token without accesses gets 200 and an empty list. */
export const listDatabases: Handler<PlanetScaleState> = (call, state) => {
  const { caller, organization } = enter(call, state);
  const names = [...organization.databases.keys()].filter((name) => sees(caller, name));
  return list(
    call,
    names.map((name) => databaseObject(name, organization)),
  );
};

export const getDatabase: Handler<PlanetScaleState> = (call, state) => {
  const { caller, organization } = enter(call, state);
  const { name } = databaseOf(call, organization);
  return sees(caller, name) ? json(200, databaseObject(name, organization)) : notFound();
};

export const listBranches: Handler<PlanetScaleState> = (call, state) => {
  const { caller, organization } = enter(call, state);
  const { name, branches } = databaseOf(call, organization);
  if (!may(caller, `${name}/read_branch`)) return notFound();
  return list(
    call,
    branches.map((branch) => branchObject(name, branch)),
  );
};

export const getBranch: Handler<PlanetScaleState> = (call, state) => {
  const { caller, organization } = enter(call, state);
  const { name, branches } = databaseOf(call, organization);
  const branch = param(call, 'branch');
  const known = may(caller, `${name}/read_branch`) && branches.includes(branch);
  return known ? json(200, branchObject(name, branch)) : notFound();
};

function sees(caller: Caller, database: string): boolean {
  if (may(caller, 'read_databases')) return true;
  if (caller.kind !== 'service') return false;
  return caller.token.allDatabases.length > 0 || touches(caller.token.accesses, database);
}
