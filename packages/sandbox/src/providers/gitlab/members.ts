import { empty, json, refuse } from '../../http/answer.ts';
import { param, type Call } from '../../http/call.ts';
import type { Handler, Route } from '../../http/route.ts';
import { failure, forbidden, list, misfit, notFound } from './answers.ts';
import { authenticate, enterGroup, enterProject, hasLevel } from './auth.ts';
import { paramsOf, requireParams } from './params.ts';
import { parentsOf, type GitLabState, type Group, type Project } from './state.ts';
import { nameOfUser } from './token-object.ts';
import { isActive, LEVELS, tokensOf } from './tokens.ts';
import type { MemberWorld } from './world.ts';

type Kind = 'project' | 'group';

/** docs: api/members. The bot of a token is a member as long as its token is active. */
export function memberRoutes(kind: Kind, path: string): Route<GitLabState>[] {
  return [
    { method: 'GET', path, handler: listMembers(kind, false) },
    { method: 'GET', path: `${path}/all`, handler: listMembers(kind, true) },
    { method: 'GET', path: `${path}/:user`, handler: getMember(kind, false) },
    { method: 'GET', path: `${path}/all/:user`, handler: getMember(kind, true) },
    { method: 'POST', path, handler: addMember(kind) },
    { method: 'DELETE', path: `${path}/:user`, handler: removeMember(kind) },
  ];
}

const listMembers =
  (kind: Kind, isDeep: boolean): Handler<GitLabState> =>
  (call, state) => {
    const place = enter(kind, call, state);
    return list(
      call,
      membersOf(place, state, isDeep).map((member) => memberObject(member, state)),
    );
  };

const getMember =
  (kind: Kind, isDeep: boolean): Handler<GitLabState> =>
  (call, state) => {
    const place = enter(kind, call, state);
    const member = membersOf(place, state, isDeep).find(isAsked(call));
    return member === undefined ? notFound('') : json(200, memberObject(member, state));
  };

const addMember =
  (kind: Kind): Handler<GitLabState> =>
  async (call, state) => {
    const place = enterAsManager(kind, call, state);
    const params = await paramsOf(call);
    requireParams(params, ['user_id', 'access_level']);
    const [userId, accessLevel] = [Number(params['user_id']), Number(params['access_level'])];
    if (!LEVELS.includes(accessLevel))
      return misfit(400, 'access_level does not have a valid value');
    if (!Number.isSafeInteger(userId) || nameOfUser(userId, state) === undefined)
      return notFound('User');
    if (membersOf(place, state, false).some((member) => member.userId === userId))
      return failure(409, 'Member already exists');
    const member = { userId, accessLevel };
    place.members = [...place.members, member];
    return json(201, memberObject(member, state));
  };

const removeMember =
  (kind: Kind): Handler<GitLabState> =>
  (call, state) => {
    const place = enterAsManager(kind, call, state);
    const member = place.members.find(isAsked(call));
    if (member === undefined) return notFound('');
    place.members = place.members.filter((one) => one !== member);
    return empty();
  };

/** docs: api/users, "Memberships": for administrators. */
const listMemberships: Handler<GitLabState> = (call, state) => {
  if (!authenticate(call, state).admin) return forbidden();
  const places = [...state.projects.values(), ...state.groups.values()];
  const found = places.flatMap((place) =>
    membersOf(place, state, false)
      .filter(isAsked(call))
      .map(({ accessLevel }) => ({
        source_id: place.id,
        source_name: place.path.slice(place.path.lastIndexOf('/') + 1),
        source_type: place.kind === 'project' ? 'Project' : 'Namespace',
        access_level: accessLevel,
      })),
  );
  return list(call, found);
};

export const membershipRoutes: readonly Route<GitLabState>[] = [
  { method: 'GET', path: '/users/:user/memberships', handler: listMemberships },
];

/** The members that a place has itself, with those of the groups above it if asked. */
function membersOf(
  place: Project | Group,
  state: GitLabState,
  isDeep: boolean,
): readonly MemberWorld[] {
  const bots = tokensOf(place, state).filter((token) => isActive(token, state));
  const own = [
    ...place.members,
    ...bots.map(({ userId, accessLevel }) => ({ userId, accessLevel })),
  ];
  if (!isDeep) return own;
  const above = parentsOf(place.path).flatMap((path) => {
    const group = state.groups.get(path.toLowerCase());
    return group === undefined ? [] : membersOf(group, state, false);
  });
  const ids = new Set(own.map(({ userId }) => userId));
  return [...own, ...above.filter(({ userId }) => !ids.has(userId))];
}

const isAsked =
  (call: Call) =>
  ({ userId }: MemberWorld): boolean =>
    String(userId) === param(call, 'user');

function enter(kind: Kind, call: Call, state: GitLabState): Project | Group {
  authenticate(call, state);
  return kind === 'project' ? enterProject(call, state) : enterGroup(call, state);
}

function enterAsManager(kind: Kind, call: Call, state: GitLabState): Project | Group {
  const place = enter(kind, call, state);
  const least = kind === 'project' ? 40 : 50;
  return hasLevel(authenticate(call, state), place.path, least) ? place : refuse(forbidden());
}

const memberObject = ({ userId, accessLevel }: MemberWorld, state: GitLabState): object => {
  const username = nameOfUser(userId, state) ?? `user${userId}`;
  return {
    id: userId,
    username,
    name: username,
    state: 'active',
    access_level: accessLevel,
    expires_at: null,
    membership_state: 'active',
  };
};
