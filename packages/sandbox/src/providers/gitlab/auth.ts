import { refuse, type Answer } from '../../http/answer.ts';
import { param, type Call } from '../../http/call.ts';
import {
  failure,
  forbidden,
  insufficientScope,
  invalidToken,
  notFound,
  unauthorized,
} from './answers.ts';
import { named, type GitLabState, type Group, type Holder, type Project } from './state.ts';
import { isExpired, type AccessToken } from './tokens.ts';
import type { Role } from './world.ts';

const ROLES: readonly Role[] = ['guest', 'reporter', 'developer', 'maintainer', 'owner'];

/** The scopes of which a request needs one; `any` for what every token may do. */
type Scopes = readonly string[] | 'any';

/** The secret of a request, and whether it is in GitLab's own header. */
export function bearerOf(
  call: Call,
): { readonly value: string; readonly isOwn: boolean } | undefined {
  const own = call.headers['private-token'];
  if (typeof own === 'string') return { value: own, isOwn: true };
  const [, value] = /^bearer +(\S+)$/i.exec(call.headers.authorization ?? '') ?? [];
  return value === undefined ? undefined : { value, isOwn: false };
}

/** The token of a request, with the scope that its method needs; undefined where it has none. A token that works is marked as used. */
export function identify(
  call: Call,
  state: GitLabState,
  scopes: Scopes = call.method === 'GET' ? ['api', 'read_api'] : ['api'],
): AccessToken | undefined {
  const bearer = bearerOf(call);
  if (bearer === undefined) return undefined;
  const token = state.tokens.get(bearer.value);
  if (token === undefined || (bearer.isOwn && token.kind === 'oauth'))
    return refuse(unauthorized());
  if (token.revoked)
    refuse(invalidToken('Token was revoked. You have to re-authorize from the user.'));
  if (isExpired(token, state))
    refuse(invalidToken('Token is expired. You can either do re-authorization or token refresh.'));
  markUsed(token, state);
  if (scopes !== 'any' && !scopes.some((scope) => token.scopes.includes(scope)))
    refuse(insufficientScope(scopes.join(' ')));
  return token;
}

/** Noted once a minute: docs, "View the time at and IPs where a token was last used". */
function markUsed(token: AccessToken, { runtime, behaviour }: GitLabState): void {
  const before = Date.parse(token.lastUsedAt?.real ?? '');
  const { lastUsedEveryMs = 60_000 } = behaviour;
  if (Number.isNaN(before) || runtime.clock() - before >= lastUsedEveryMs)
    token.lastUsedAt = runtime.clocks.now();
}

/** The token of a request that needs one. */
export const authenticate = (call: Call, state: GitLabState, scopes?: Scopes): AccessToken =>
  identify(call, state, scopes) ?? refuse(unauthorized());

/** The project of the path: 404 where the token may not see it. */
export function enterProject(call: Call, state: GitLabState): Project {
  const token = identify(call, state);
  const name = param(call, 'id');
  const project = named(state.projects, name);
  if (project !== undefined && sees(token, project)) return project;
  const moved = [...state.projects.values()].find(
    (one) =>
      one.formerPaths.some((path) => path.toLowerCase() === name.toLowerCase()) && sees(token, one),
  );
  return refuse(moved === undefined ? notFound('Project') : redirection(call, moved));
}

/** The group of the path: 404 where the token may not see it. */
export function enterGroup(call: Call, state: GitLabState): Group {
  const token = identify(call, state);
  const group = named(state.groups, param(call, 'id'));
  return group !== undefined && sees(token, group) ? group : refuse(notFound('Group'));
}

/** The variables of the project, group or instance: reading them asks for the same role as writing. */
export const enterVariables = {
  project(call: Call, state: GitLabState): Holder {
    const token = authenticate(call, state);
    const project = enterProject(call, state);
    // docs: user/project/working_with_projects, "Archive a project": what belongs to its CI is closed.
    if (project.archived || !has(token, project.path, 'maintainer')) refuse(forbidden());
    return project;
  },
  group(call: Call, state: GitLabState): Holder {
    const token = authenticate(call, state);
    const group = enterGroup(call, state);
    if (!has(token, group.path, 'owner')) refuse(forbidden());
    return group;
  },
  instance(call: Call, state: GitLabState): Holder {
    if (!authenticate(call, state).admin) refuse(forbidden());
    return state.instance;
  },
};

/** Whether something exists for that token at all. */
export function sees(token: AccessToken | undefined, place: Project | Group): boolean {
  return (
    place.visibility === 'public' ||
    (token !== undefined && roleIn(token, place.path) !== undefined)
  );
}

function has(token: AccessToken, path: string, role: Role): boolean {
  const own = roleIn(token, path);
  return own !== undefined && ROLES.indexOf(own) >= ROLES.indexOf(role);
}

/** Whether a token has at least the role of that number: docs: api/members, "Roles". */
export function hasLevel(token: AccessToken | undefined, path: string, level: number): boolean {
  const role = token === undefined ? undefined : roleIn(token, path);
  return role !== undefined && (ROLES.indexOf(role) + 1) * 10 >= level;
}

/** The highest role that a token has by a path or by a group above it. */
function roleIn({ roles, admin }: AccessToken, path: string): Role | undefined {
  if (roles === undefined || admin) return 'owner';
  const below = `${path.toLowerCase()}/`;
  const fitting = Object.entries(roles)
    .filter(([group]) => below.startsWith(`${group.toLowerCase()}/`))
    .map(([, role]) => ROLES.indexOf(role));
  return ROLES[Math.max(...fitting, -1)];
}

/** The access of a token by its own membership and by a group's, as a project shows it; administrators need none. */
export function accessTo(token: AccessToken | undefined, path: string): object {
  const access = (level: number): object | null =>
    level < 0 ? null : { access_level: (level + 1) * 10, notification_level: 3 };
  if (token === undefined || token.admin) return { project_access: null, group_access: null };
  const { roles = { [path]: 'owner' } } = token;
  const below = `${path.toLowerCase()}/`;
  const levels = (fits: (group: string) => boolean): number[] =>
    Object.entries(roles)
      .filter(([group]) => fits(group.toLowerCase()))
      .map(([, role]) => ROLES.indexOf(role));
  return {
    project_access: access(Math.max(-1, ...levels((group) => `${group}/` === below))),
    group_access: access(
      Math.max(-1, ...levels((group) => `${group}/` !== below && below.startsWith(`${group}/`))),
    ),
  };
}

/** lib/api/helpers.rb: `find_project!`. */
function redirection(call: Call, { id }: Project): Answer {
  if (call.method !== 'GET')
    return failure(405, 'Non GET methods are not allowed for moved projects');
  const location = call.target.replace(/\/projects\/[^/?]+/, `/projects/${id}`);
  const url = `${call.origin}${location}`;
  const answer = failure(301, `This resource has been moved permanently to ${url}`);
  return { ...answer, headers: { ...answer.headers, location: url } };
}
