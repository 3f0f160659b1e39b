import { json, refuse } from '../../http/answer.ts';
import { param, type Call } from '../../http/call.ts';
import type { Handler, Route } from '../../http/route.ts';
import { forbidden, list, notFound } from './answers.ts';
import { authenticate, enterProject, hasLevel } from './auth.ts';
import type { GitLabState, Project } from './state.ts';
import type { AccessWorld, ProtectedBranchWorld } from './world.ts';

const REPORTER = 20;

const listBranches: Handler<GitLabState> = (call, state) => {
  const { protectedBranches } = enter(call, state);
  return list(call, protectedBranches.map(branchObject));
};

const getBranch: Handler<GitLabState> = (call, state) => {
  const { protectedBranches } = enter(call, state);
  const at = protectedBranches.findIndex(({ name }) => name === param(call, 'branch'));
  const branch = protectedBranches[at];
  return branch === undefined ? notFound('') : json(200, branchObject(branch, at));
};

function enter(call: Call, state: GitLabState): Project {
  const project = enterProject(call, state);
  return hasLevel(authenticate(call, state), project.path, REPORTER)
    ? project
    : refuse(forbidden());
}

/** docs: api/protected_branches. Users by their id are what a licence adds to levels. */
const branchObject = ({ name, push, merge }: ProtectedBranchWorld, at: number): object => ({
  id: at + 1,
  name,
  push_access_levels: levels(push),
  merge_access_levels: levels(merge),
  unprotect_access_levels: [],
  allow_force_push: false,
  code_owner_approval_required: false,
});

const levels = (accesses: readonly AccessWorld[] = [{ accessLevel: 40 }]): object[] =>
  accesses.map(({ accessLevel = null, userId = null }, at) => ({
    id: at + 1,
    access_level: accessLevel ?? 40,
    access_level_description: userId === null ? `Level ${accessLevel}` : `User ${userId}`,
    user_id: userId,
    group_id: null,
    deploy_key_id: null,
  }));

const path = '/projects/:id/protected_branches';

export const protectedBranchRoutes: readonly Route<GitLabState>[] = [
  { method: 'GET', path, handler: listBranches },
  { method: 'GET', path: `${path}/:branch`, handler: getBranch },
];
