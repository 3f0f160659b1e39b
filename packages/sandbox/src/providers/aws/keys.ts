import { no, type Tree } from './answers.ts';
import { openKey, type AccessKey, type AwsState, type User } from './state.ts';

/** The parameters of an action. */
export type Parameters = ReadonlyMap<string, string>;

/** One action of IAM on a user: the given one, or that of the caller. */
export type Action = (user: User, given: Parameters, state: AwsState) => Tree | undefined;

const createAccessKey: Action = (user, _, state) => {
  const { keysPerUser } = state.behaviour;
  if (living(user).length >= keysPerUser)
    return no(
      'iam',
      409,
      'LimitExceeded',
      `Cannot exceed quota for AccessKeysPerUser: ${keysPerUser}`,
    );
  const key = openKey({}, state.runtime, state.runtime.clock());
  user.keys.push(key);
  const { UserName = '', AccessKeyId = '', Status = '', ...times } = metadata(user, key, state);
  const SecretAccessKey = key.secretAccessKey;
  return { AccessKey: { UserName, AccessKeyId, Status, SecretAccessKey, ...times } };
};

/** Oldest first, in pages that a marker continues. */
const listAccessKeys: Action = (user, given, state) => {
  const size = Number(given.get('MaxItems') ?? state.behaviour.pageSize);
  if (!Number.isSafeInteger(size) || size < 1 || size > 1000)
    return no('iam', 400, 'ValidationError', 'MaxItems must be from 1 to 1000');
  const marker = given.get('Marker');
  const seenFrom = state.runtime.clocks.readTime() - state.behaviour.listDelayMs;
  const keys = living(user).filter(({ createdAt }) => Date.parse(createdAt.real) <= seenFrom);
  const start = marker === undefined ? 0 : keys.findIndex((key) => markerOf(key) === marker);
  if (start < 0) return no('iam', 400, 'ValidationError', 'Invalid Marker.');
  const next = keys[start + size];
  return {
    AccessKeyMetadata: keys
      .slice(start, start + size)
      .map((key): Tree => metadata(user, key, state)),
    IsTruncated: String(next !== undefined),
    ...(next !== undefined && { Marker: markerOf(next) }),
  };
};

const updateAccessKey: Action = (user, given, state) => {
  const status = given.get('Status') ?? '';
  const key = keyOf(user, given);
  if (status !== 'Active' && status !== 'Inactive')
    return no(
      'iam',
      400,
      'ValidationError',
      `1 validation error detected: Value '${status}' at 'status' failed to satisfy constraint: Member must satisfy enum value set: [Active, Inactive]`,
    );
  if (key.status !== status) key.changedAt = state.runtime.clock();
  key.status = status;
  return undefined;
};

const deleteAccessKey: Action = (user, given, state) => {
  keyOf(user, given).revokedAt = state.runtime.clocks.now().real;
  return undefined;
};

/** The user is that of the key. A key that was never used has no date, and `N/A` for the rest. */
const getAccessKeyLastUsed: Action = (user, given, state) => {
  const key = keyOf(user, given);
  const { lastUsedAt, lastUsedService, lastUsedRegion } = key;
  const until = state.runtime.clock() - state.behaviour.lastUsedDelayMs;
  const isShown = lastUsedAt !== null && Date.parse(lastUsedAt.real) <= until;
  return {
    UserName: user.name,
    AccessKeyLastUsed: {
      Region: (isShown ? lastUsedRegion : null) ?? 'N/A',
      ServiceName: (isShown ? lastUsedService : null) ?? 'N/A',
      ...(isShown && { LastUsedDate: seconds(lastUsedAt.shown) }),
    },
  };
};

export const keyActions: Readonly<Record<string, Action>> = {
  CreateAccessKey: createAccessKey,
  ListAccessKeys: listAccessKeys,
  UpdateAccessKey: updateAccessKey,
  DeleteAccessKey: deleteAccessKey,
  GetAccessKeyLastUsed: getAccessKeyLastUsed,
};

const living = ({ keys }: User): AccessKey[] => keys.filter(({ revokedAt }) => revokedAt === null);

const markerOf = ({ accessKeyId }: AccessKey): string =>
  Buffer.from(accessKeyId).toString('base64url');

function keyOf(user: User, given: Parameters): AccessKey {
  const id = given.get('AccessKeyId');
  if (id === undefined) return no('iam', 400, 'ValidationError', 'AccessKeyId is missing');
  const key = living(user).find(({ accessKeyId }) => accessKeyId === id);
  return key ?? no('iam', 404, 'NoSuchEntity', `The Access Key with id ${id} cannot be found.`);
}

function metadata(user: User, key: AccessKey, state: AwsState): Record<string, string> {
  return {
    UserName: user.name,
    AccessKeyId: key.accessKeyId,
    Status: key.status,
    ...state.runtime.clocks.stamps({ CreateDate: key.createdAt }, seconds),
  };
}

/** AWS shows times without a fraction. */
export const seconds = (iso: string): string => iso.replace(/\.\d+Z$/, 'Z');
