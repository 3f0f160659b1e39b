import { randomSecret } from '../../runtime.ts';
import type { Moment, ProviderRuntime } from '../clocks.ts';
import type { GitLabState, Group, Project } from './state.ts';
import type { AccessTokenWorld, Role, TokenWorld } from './world.ts';

/** A token while it lives. Those of projects and groups belong to a bot user of their own. */
export interface AccessToken {
  readonly id: number;
  readonly token: string;
  readonly kind: 'personal' | 'oauth' | 'project' | 'group';
  readonly name: string;
  readonly description: string | null;
  readonly scopes: readonly string[];
  readonly userId: number;
  readonly admin: boolean;
  /** Undefined: everything. */
  readonly roles: Readonly<Record<string, Role>> | undefined;
  /** The project or group, and the level in it. */
  readonly place: Project | Group | undefined;
  readonly accessLevel: number;
  readonly createdAt: Moment;
  /** A day, or an exact time if a world has one; null for none. */
  readonly expiresAt: string | null;
  revoked: boolean;
  lastUsedAt: Moment | null;
  /** What rotation made of one token belongs together. */
  readonly family: number;
  /** As the world has it, without an id of its own. */
  readonly given: TokenWorld | undefined;
}

/** docs: api/members, "Roles". A planner is a guest to everything that the sandbox has. */
const ROLES: readonly [number, Role][] = [
  [50, 'owner'],
  [40, 'maintainer'],
  [30, 'developer'],
  [20, 'reporter'],
  [0, 'guest'],
];

export const LEVELS: readonly number[] = [10, 15, 20, 30, 40, 50];

const roleAt = (level: number): Role => ROLES.find(([least]) => level >= least)?.[1] ?? 'guest';

/** A token of a person, or of an OAuth application. */
export function openPersonal(given: TokenWorld, id: number, runtime: ProviderRuntime): AccessToken {
  const { token, kind = 'personal', name = 'keyturn', scopes = ['api'], admin = false } = given;
  return {
    id: given.id ?? id,
    token,
    kind,
    name,
    description: given.description ?? null,
    scopes,
    userId: given.userId ?? 1,
    admin,
    roles: given.roles,
    place: undefined,
    accessLevel: 0,
    ...openTimes(given, runtime),
    expiresAt: given.expiresAt ?? null,
    revoked: given.revoked ?? false,
    family: given.family ?? given.id ?? id,
    given: given.id === undefined ? given : undefined,
  };
}

/** A token of a project or group. */
export function openResourceToken(
  given: AccessTokenWorld,
  place: Project | Group,
  state: GitLabState,
): AccessToken {
  const id = given.id ?? state.nextTokenId();
  const level = given.accessLevel ?? 40;
  const userId = given.userId ?? 100_000 + id;
  return {
    id,
    token: given.token ?? newToken(state.runtime),
    kind: place.kind,
    name: given.name,
    description: given.description ?? null,
    scopes: given.scopes ?? ['api'],
    userId,
    admin: false,
    place,
    accessLevel: level,
    // A project may get another path, and the bot may become a member elsewhere.
    get roles() {
      const elsewhere = [...state.projects.values(), ...state.groups.values()].flatMap((one) =>
        one.members
          .filter((member) => member.userId === userId)
          .map((member) => [one.path, roleAt(member.accessLevel)] as const),
      );
      return Object.fromEntries([...elsewhere, [place.path, roleAt(level)]]);
    },
    ...openTimes(given, state.runtime),
    expiresAt: given.expiresAt ?? null,
    revoked: given.revoked ?? false,
    family: given.family ?? id,
    given: undefined,
  };
}

export const newToken = (runtime: ProviderRuntime): string => `glpat-${randomSecret(runtime, 20)}`;

/** Makes a token known, in its place and by its secret. */
export function addToken(token: AccessToken, state: GitLabState): AccessToken {
  state.tokens.set(token.token, token);
  return token;
}

/** The tokens of a project or group, or those of people, in the order in which they were made. */
export const tokensOf = (place: Project | Group | undefined, state: GitLabState): AccessToken[] =>
  [...state.tokens.values()].filter((one) => one.place === place);

export function isExpired({ expiresAt }: AccessToken, { runtime }: GitLabState): boolean {
  return expiresAt !== null && runtime.clock() >= Date.parse(expiresAt);
}

export const isActive = (token: AccessToken, state: GitLabState): boolean =>
  !token.revoked && !isExpired(token, state);

/** Whether a read that may lag behind finds it. */
export const isFound = ({ createdAt }: AccessToken, { runtime }: GitLabState): boolean =>
  Date.parse(createdAt.real) <= runtime.clocks.readTime();

/** Ends what rotation has made of a token: docs, "Automatic reuse detection". */
export function revokeFamily(token: AccessToken, state: GitLabState): void {
  for (const one of state.tokens.values())
    if (one.family === token.family && one.place === token.place) one.revoked = true;
}

export function closeResourceToken(token: AccessToken): AccessTokenWorld {
  const { id, name, description, scopes, accessLevel, userId, expiresAt, revoked, family } = token;
  return {
    id,
    token: token.token,
    name,
    description,
    scopes,
    accessLevel,
    userId,
    createdAt: token.createdAt.real,
    expiresAt,
    revoked,
    lastUsedAt: token.lastUsedAt?.real ?? null,
    family,
  };
}

/** What a world has without an id stays as it is. */
export function closePersonal(token: AccessToken): TokenWorld {
  const { given, kind, admin, roles } = token;
  if (given !== undefined) return token.revoked ? { ...given, revoked: true } : given;
  const { accessLevel: _, expiresAt, ...rest } = closeResourceToken(token);
  return {
    ...rest,
    token: token.token,
    kind: kind === 'oauth' ? 'oauth' : 'personal',
    admin,
    ...(roles !== undefined && { roles }),
    ...(typeof expiresAt === 'string' && { expiresAt }),
  };
}

function openTimes(
  { createdAt, lastUsedAt }: { readonly createdAt?: string; readonly lastUsedAt?: string | null },
  { clocks }: ProviderRuntime,
): { readonly createdAt: Moment; readonly lastUsedAt: Moment | null } {
  return {
    createdAt: createdAt === undefined ? clocks.now() : clocks.at(createdAt),
    lastUsedAt: typeof lastUsedAt === 'string' ? clocks.at(lastUsedAt) : null,
  };
}
