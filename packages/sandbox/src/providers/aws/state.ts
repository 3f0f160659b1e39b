import { randomText } from '../../runtime.ts';
import type { Moment, ProviderRuntime } from '../clocks.ts';
import type {
  AwsAccessKeyWorld,
  AwsBehaviour,
  AwsKeyStatus,
  AwsUserWorld,
  AwsWorld,
} from './world.ts';

export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly createdAt: Moment;
  status: AwsKeyStatus;
  /** When its status changed last, in milliseconds since the epoch. */
  changedAt: number;
  revokedAt: string | null;
  lastUsedAt: Moment | null;
  lastUsedService: string | null;
  lastUsedRegion: string | null;
}

export interface User {
  readonly name: string;
  readonly userId: string;
  readonly path: string;
  readonly createdAt: Moment;
  readonly keys: AccessKey[];
  readonly allows: readonly string[];
}

/** AWS while it lives. */
export interface AwsState {
  readonly runtime: ProviderRuntime;
  readonly account: string;
  readonly region: string;
  readonly behaviour: Required<AwsBehaviour>;
  readonly users: ReadonlyMap<string, User>;
}

const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

export function openState(world: AwsWorld, runtime: ProviderRuntime): AwsState {
  const users = Object.entries(world.users ?? {}).map(
    ([name, user]) => [name, openUser(name, user, runtime)] as const,
  );
  return {
    runtime,
    account: world.account ?? '417203958164',
    region: world.region ?? 'us-east-1',
    behaviour: {
      propagationMs: 250,
      endDelayMs: 0,
      listDelayMs: 0,
      lastUsedDelayMs: 0,
      keysPerUser: 2,
      pageSize: 100,
      ...world.behaviour,
    },
    users: new Map(users),
  };
}

export function closeState({ account, region, users, behaviour }: AwsState): AwsWorld {
  return {
    account,
    region,
    users: Object.fromEntries([...users.values()].map((user) => [user.name, closeUser(user)])),
    behaviour,
  };
}

/** A key with what it was not given. One of a world has been there for long: it works at once. */
export function openKey(
  given: AwsAccessKeyWorld,
  runtime: ProviderRuntime,
  changedAt = -Infinity,
): AccessKey {
  const { clocks } = runtime;
  const { createdAt, lastUsedAt } = given;
  return {
    accessKeyId: given.accessKeyId ?? `AKIA${randomText(runtime, 16, UPPER)}`,
    secretAccessKey: given.secretAccessKey ?? randomText(runtime, 40, BASE64),
    createdAt: createdAt === undefined ? clocks.now() : clocks.at(createdAt),
    status: given.status ?? 'Active',
    changedAt,
    revokedAt: given.revokedAt ?? null,
    lastUsedAt: typeof lastUsedAt === 'string' ? clocks.at(lastUsedAt) : null,
    lastUsedService: given.lastUsedService ?? null,
    lastUsedRegion: given.lastUsedRegion ?? null,
  };
}

export const arnOf = (user: User, { account }: AwsState): string =>
  `arn:aws:iam::${account}:user${user.path}${user.name}`;

function openUser(name: string, given: AwsUserWorld, runtime: ProviderRuntime): User {
  const { clocks } = runtime;
  return {
    name,
    userId: given.userId ?? `AIDA${randomText(runtime, 16, UPPER)}`,
    path: given.path ?? '/',
    createdAt: given.createdAt === undefined ? clocks.now() : clocks.at(given.createdAt),
    keys: (given.accessKeys ?? []).map((key) => openKey(key, runtime)),
    allows: given.allows ?? [],
  };
}

const closeUser = ({ userId, path, createdAt, keys, allows }: User): AwsUserWorld => ({
  userId,
  path,
  createdAt: createdAt.real,
  allows,
  accessKeys: keys.map((key) => ({
    accessKeyId: key.accessKeyId,
    secretAccessKey: key.secretAccessKey,
    status: key.status,
    createdAt: key.createdAt.real,
    revokedAt: key.revokedAt,
    lastUsedAt: key.lastUsedAt?.real ?? null,
    lastUsedService: key.lastUsedService,
    lastUsedRegion: key.lastUsedRegion,
  })),
});
