import type { Answer } from '../../http/answer.ts';
import { Refusal } from '../../http/answer.ts';
import type { Call } from '../../http/call.ts';
import { failure, no, result, VERSIONS, type Service, type Tree } from './answers.ts';
import { identify, permit } from './auth.ts';
import { keyActions, seconds, type Action, type Parameters } from './keys.ts';
import { arnOf, type AwsState, type User } from './state.ts';

const getUser: Action = (user, _, state) => ({
  User: {
    Path: user.path,
    UserName: user.name,
    UserId: user.userId,
    Arn: arnOf(user, state),
    ...(state.runtime.clocks.stamps({ CreateDate: user.createdAt }, seconds) as Tree),
  },
});

const actions: Readonly<Record<string, Action>> = { ...keyActions, GetUser: getUser };

/** Requests of the query protocol to both services, which one address serves: the action says which. */
export async function respond(call: Call, state: AwsState): Promise<Answer> {
  try {
    return answer(call, state);
  } catch (error) {
    if (error instanceof Refusal) return error.answer;
    throw error;
  }
}

function answer(call: Call, state: AwsState): Answer {
  const given: Parameters = new Map([...call.query, ...new URLSearchParams(call.body)]);
  const name = given.get('Action') ?? '';
  const service: Service = serviceOf(name, given);
  if (call.path !== '/' || (call.method !== 'POST' && call.method !== 'GET'))
    return failure(service, 404, 'UnknownOperationException', 'There is nothing here.');
  const caller = identify(call, service, state);
  const version = given.get('Version') ?? '';
  const isKnown = name === 'GetCallerIdentity' || Object.hasOwn(actions, name);
  if (!isKnown || version !== VERSIONS[service])
    return failure(
      service,
      400,
      'InvalidAction',
      `Could not find operation ${name} for version ${version}`,
    );
  if (name === 'GetCallerIdentity') {
    const { account } = state;
    return result('sts', name, {
      Arn: arnOf(caller, state),
      UserId: caller.userId,
      Account: account,
    });
  }
  return result('iam', name, perform(name, caller, given, state));
}

function serviceOf(name: string, given: Parameters): Service {
  return name === 'GetCallerIdentity' || given.get('Version') === VERSIONS.sts ? 'sts' : 'iam';
}

function perform(name: string, caller: User, given: Parameters, state: AwsState): Tree | undefined {
  const target = name === 'GetAccessKeyLastUsed' ? holderOf(given, state) : given.get('UserName');
  permit(caller, name, target ?? caller.name, state);
  const user = target === undefined ? caller : state.users.get(target);
  if (user === undefined)
    return no('iam', 404, 'NoSuchEntity', `The user with name ${target} cannot be found.`);
  return actions[name]?.(user, given, state);
}

/** That action is not given a user, but finds the one of the key. */
const holderOf = (given: Parameters, { users }: AwsState): string | undefined =>
  [...users.values()].find(({ keys }) =>
    keys.some(({ accessKeyId }) => accessKeyId === given.get('AccessKeyId')),
  )?.name;
