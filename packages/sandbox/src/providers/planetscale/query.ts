import { json, type Answer } from '../../http/answer.ts';
import { isObject, parseBody, split, type Call } from '../../http/call.ts';
import type { Handler, Route } from '../../http/route.ts';
import { randomId } from '../../runtime.ts';
import { isAlive } from './auth.ts';
import type { Password } from './password.ts';
import { rangeList } from './passwords.ts';
import type { PlanetScaleState } from './state.ts';

// The endpoint that `@planetscale/database` sends queries to. A query that a role may not run is an error in a 200,
// a login that fails is one in a 401: the driver reads both the same way.

const execute: Handler<PlanetScaleState> = (call, state) => {
  const login = logIn(call, state);
  if ('status' in login) return login;
  const body = parseBody(call);
  const { query, session = null } = isObject(body) ? body : {};
  if (typeof query !== 'string') return failure(400, 'INVALID_ARGUMENT', 'query is not a string');
  login.lastUsedAt = state.runtime.clocks.now();
  const kept = session ?? newSession(login, state);
  const denied = deniedCommand(query, login, state);
  if (denied !== undefined) {
    const message = `target: ${login.database}.-.primary: vttablet: rpc error: code = PermissionDenied desc = ${denied} command denied to user '${login.username}' (ACL check error)`;
    return json(200, { session: kept, error: { code: 'PERMISSION_DENIED', message } });
  }
  return json(200, { session: kept, result: resultOf(query), timing: 0.0004 });
};

const createSession: Handler<PlanetScaleState> = (call, state) => {
  const login = logIn(call, state);
  return 'status' in login ? login : json(200, { session: newSession(login, state) });
};

function logIn(call: Call, state: PlanetScaleState): Password | Answer {
  const [, encoded = ''] = /^basic +(\S+)$/i.exec(call.headers.authorization ?? '') ?? [];
  const [username, secret] = split(Buffer.from(encoded, 'base64').toString(), ':');
  const found = [...state.organizations.values()]
    .flatMap(({ passwords }) => [...passwords.values()])
    .find((one) => one.username === username && one.password === secret);
  if (found === undefined || !isAlive(found, state))
    return failure(401, 'UNAUTHENTICATED', 'invalid authorization credentials');
  const { cidrs } = found;
  // Every client of the sandbox has this address.
  if (cidrs !== null && cidrs.length > 0 && rangeList(cidrs)?.check('127.0.0.1') !== true)
    return failure(403, 'PERMISSION_DENIED', 'IP address is not allowed for this password');
  return found;
}

/** The command that a password's role may not run. docs: concepts/password-roles. */
function deniedCommand(
  query: string,
  { role, replica }: Password,
  { behaviour }: PlanetScaleState,
): string | undefined {
  const [, verb = ''] = /^\s*(\w+)/.exec(query) ?? [];
  const command = verb.toLowerCase();
  const named = `${verb.slice(0, 1).toUpperCase()}${command.slice(1)}`;
  if (command === 'select') {
    const constant = !/\bfrom\b/i.test(query) && behaviour.writersSelect === 'allowed';
    return role === 'writer' && !constant ? named : undefined;
  }
  const changesRows = ['insert', 'update', 'delete', 'replace'].includes(command);
  if (changesRows) return role === 'reader' || replica ? named : undefined;
  const changesTables = ['create', 'alter', 'drop', 'truncate', 'rename'].includes(command);
  return changesTables && (role !== 'admin' || replica) ? named : undefined;
}

/** `select 1` has its row; the databases of a sandbox have no tables. */
function resultOf(query: string): object {
  const [, number = ''] = /^\s*select\s+(\d+)\s*;?\s*$/i.exec(query) ?? [];
  if (number === '') return {};
  return {
    fields: [{ name: number, type: 'INT64', charset: 63, flags: 32769 }],
    rows: [{ lengths: [String(number.length)], values: Buffer.from(number).toString('base64') }],
  };
}

const newSession = ({ database }: Password, { runtime }: PlanetScaleState): object => ({
  signature: randomId(runtime, 43),
  vitessSession: {
    autocommit: true,
    options: { includedFields: 'ALL', clientFoundRows: true },
    DDLStrategy: 'direct',
    SessionUUID: randomId(runtime, 22),
    enableSystemSettings: true,
    targetString: database,
  },
});

const failure = (status: number, code: string, message: string): Answer =>
  json(status, { error: { code, message } });

/** Below `/psdb.v1alpha1.Database`. */
export const queryRoutes: readonly Route<PlanetScaleState>[] = [
  { method: 'POST', path: '/Execute', handler: execute },
  { method: 'POST', path: '/CreateSession', handler: createSession },
];
