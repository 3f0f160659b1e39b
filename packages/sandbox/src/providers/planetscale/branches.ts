import { refuse } from '../../http/answer.ts';
import { param, type Call } from '../../http/call.ts';
import { forbidden, notFound } from './answers.ts';
import { enter, may, type Caller } from './auth.ts';
import { isProduction } from './objects.ts';
import type { Database, Organization, PlanetScaleState } from './state.ts';

/** The branch of a path, and who asks for it. */
export interface Branch {
  readonly organization: Organization;
  readonly database: Database;
  readonly name: string;
  /** Whether the caller has one of the accesses that this takes. */
  readonly allows: (action: Action, isReadOnly?: boolean) => boolean;
}

/** What is done with the credentials of a branch: the API's description names the accesses of each. */
export type Action = 'read' | 'connect' | 'create' | 'delete';

const READ = `read_branch delete_branch create_branch connect_production_branch
  connect_production_read_only_branch connect_branch`.split(/\s+/);

/**
 * The branch of the path, of a database of that kind. A caller that may not even read its credentials gets 404;
 * docs: "Potential errors".
 */
export function enterBranch(
  call: Call,
  state: PlanetScaleState,
  kind: 'mysql' | 'postgresql',
): Branch {
  const { caller, organization } = enter(call, state);
  const database = databaseOf(call, organization);
  const name = param(call, 'branch');
  if ((database.kind ?? 'mysql') !== kind || !database.branches.includes(name))
    return refuse(notFound());
  const allows = (action: Action, isReadOnly = false): boolean =>
    has(caller, database.name, accessesFor(action, name, isReadOnly, state));
  const canEnter = (['read', 'connect', 'create', 'delete'] as const).some((one) => allows(one));
  return canEnter ? { organization, database, name, allows } : refuse(notFound());
}

/** Ends a request of a caller that may see the branch, but not do this. */
export function permit(branch: Branch, action: Action, isReadOnly = false): void {
  if (!branch.allows(action, isReadOnly)) refuse(forbidden());
}

export const databaseOf = (call: Call, organization: Organization): Database =>
  organization.databases.get(param(call, 'database')) ?? refuse(notFound());

export const mayRead = (caller: Caller, database: string): boolean => has(caller, database, READ);

function has(caller: Caller, database: string, accesses: readonly string[]): boolean {
  return accesses.some((access) => may(caller, `${database}/${access}`));
}

/** `strict`: the access of the branch's own kind; what may only be read has a weaker one as well. */
function accessesFor(
  action: Action,
  branch: string,
  isReadOnly: boolean,
  { behaviour }: PlanetScaleState,
): readonly string[] {
  if (action === 'read') return READ;
  const named = (kind: string): string =>
    action === 'connect' ? `connect_${kind}branch` : `${action}_${kind}branch_password`;
  const all = ['production_', 'production_read_only_', ''].map(named);
  if (behaviour.branchAccesses === 'any') return all;
  if (!isProduction(branch)) return [named('')];
  return isReadOnly ? all.slice(0, 2) : all.slice(0, 1);
}
