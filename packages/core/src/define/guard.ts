import { findInList } from './find-in-list.ts';
import type { SinkBackend } from './definition.ts';
import type { IssuerBackend } from './issuer-definition.ts';
import { KeyturnError } from '../contracts/errors.ts';
import type {
  Credential,
  FindOptions,
  IssuerCheckOptions,
  TokenIssuer,
} from '../contracts/issuer.ts';
import {
  adapterFailed,
  callInterrupted,
  nameInvalid,
  permissionsFixed,
  valueInvalid,
  valueTooLong,
} from '../messages.ts';
import { remember } from '../text/known.ts';
import type { CallOptions, CheckOptions, DeliverOptions } from '../contracts/runtime.ts';
import { reveal } from '../contracts/secret.ts';
import type { SecretSink, SinkEntry } from '../contracts/sink.ts';
import { slottedNames } from '../layout/slots.ts';

/** Checks the arguments of a sink against its limits, and translates its errors. With `variable`, for the layout `slots`. */
export function guardSink(kind: string, backend: SinkBackend, variable?: string): SecretSink {
  const { id, server, limits = {}, holds, clue, remove, trial } = backend;
  const supports = {
    readBack: 'none',
    atomic: false,
    remove: remove !== undefined,
    ...backend.supports,
  } as const;
  const { credentials, leftovers } = backend;
  const cost = backend.cost?.bind(backend);
  const neighbours = backend.neighbours?.bind(backend);
  const inSlots = backend.slots?.bind(backend);
  const guard = guardFor(id);
  const checkName = (name: string): void => {
    if (limits.name !== undefined && !limits.name.test(name)) throw nameInvalid(id, name);
  };
  const checkNames = (names: readonly string[]): void => {
    for (const name of names) checkName(name);
    if (variable !== undefined) for (const name of slottedNames(names, variable)) checkName(name);
  };
  const checkValue = ({ name, value }: SinkEntry): void => {
    const plaintext = reveal(value);
    if (limits.maxBytes !== undefined && Buffer.byteLength(plaintext) > limits.maxBytes)
      throw valueTooLong(id, name, limits.maxBytes);
    if (limits.value !== undefined && !limits.value.test(plaintext)) throw valueInvalid(id, name);
  };
  return {
    specVersion: 1,
    kind,
    id,
    ...(server !== undefined && { server }),
    supports,
    limits,
    ...(cost !== undefined && { cost }),
    check: (names, o) =>
      guard('check', async (call: CheckOptions) => {
        checkNames(names);
        return backend.check?.(names, call) ?? { warnings: [] };
      })(o),
    deliver: (entries, o) =>
      guard('deliver', async (call: DeliverOptions) => {
        checkNames(entries.map(({ name }) => name));
        for (const entry of entries) checkValue(entry);
        return backend.deliver(entries, call);
      })(o),
    confirm: (expected, proof, o) =>
      guard('confirm', async (call) => backend.confirm?.(expected, proof, call) ?? 'unreadable')(o),
    ...(neighbours !== undefined && {
      neighbours: (query, o) => guard('neighbours', (call) => neighbours(query, call))(o),
    }),
    ...(holds !== undefined && {
      holds: (names, o) => guard('holds', (call) => holds.call(backend, names, call))(o),
    }),
    ...(clue !== undefined && {
      clue: (names, o) => guard('clue', (call) => clue.call(backend, names, call))(o),
    }),
    ...(trial !== undefined && {
      trial: (wanted, o) => guard('trial', (call) => trial.call(backend, wanted, call))(o),
    }),
    ...(credentials !== undefined && {
      credentials: guard('credentials', (call) => credentials.call(backend, call)),
    }),
    ...(leftovers !== undefined && {
      leftovers: guard('leftovers', (call) => leftovers.call(backend, call)),
    }),
    ...(remove !== undefined && {
      remove: (names, o) => guard('remove', (call) => remove.call(backend, names, call))(o),
    }),
    ...(inSlots !== undefined && {
      slots: (name) => guardSink(kind, inSlots(name), name),
    }),
  };
}

/** Translates the errors of an issuer. */
export function guardIssuer(kind: string, backend: IssuerBackend): TokenIssuer {
  const guard = guardFor(backend.id);
  const actingToken = backend.actingToken?.bind(backend);
  const actAs = backend.actAs?.bind(backend);
  const managing = backend.managing?.bind(backend);
  const defaults = backend.defaults?.bind(backend);
  const cost = backend.cost?.bind(backend);
  const { credentials } = backend;
  const { ready, grant, ungrant, retire, disable, enable } = backend;
  const supports = {
    permissions: 'grant',
    find: 'label',
    overlap: true,
    lastUsed: false,
    ...backend.supports,
    disable: disable !== undefined && enable !== undefined,
  } as const;
  return {
    specVersion: 1,
    kind,
    id: backend.id,
    supports,
    ...(backend.server !== undefined && { server: backend.server }),
    ...(actingToken !== undefined && { actingToken }),
    ...(managing !== undefined && { managing }),
    ...(defaults !== undefined && { defaults }),
    ...(cost !== undefined && { cost }),
    ...(actAs !== undefined && { actAs: (credential) => guardIssuer(kind, actAs(credential)) }),
    ...(credentials !== undefined && {
      credentials: guard('credentials', (call) => credentials.call(backend, call)),
    }),
    check: (o) => guard('check', (call: IssuerCheckOptions) => backend.check(call))(o),
    list: (o) => guardEach(backend.id, 'list', backend.list(o), o),
    get: (id, o) => guard('get', (call) => backend.get(id, call))(o),
    issue: (request, o) =>
      guard('issue', async (call) => {
        const issued = await backend.issue(request, call);
        rememberFields(issued.fields);
        return issued;
      })(o),
    find: (label, o) =>
      guard('find', (call: FindOptions) =>
        backend.find === undefined
          ? findInList(backend, supports.find, label, call)
          : backend.find(label, call),
      )(o),
    ...(ready !== undefined && {
      ready: (id, o) => guard('ready', (call) => ready.call(backend, id, call))(o),
    }),
    grant: (id, permissions, o) =>
      guard('grant', async (call) => {
        if (grant === undefined)
          throw permissionsFixed(backend.id, supports.permissions === 'none');
        await grant.call(backend, id, permissions, call);
      })(o),
    ungrant: (id, permissions, o) =>
      guard('ungrant', async (call) => {
        if (ungrant === undefined)
          throw permissionsFixed(backend.id, supports.permissions === 'none');
        await ungrant.call(backend, id, permissions, call);
      })(o),
    ...(retire !== undefined && {
      retire: (id, successor, o) =>
        guard('retire', (call) => retire.call(backend, id, successor, call))(o),
    }),
    ...(disable !== undefined && {
      disable: (id, o) => guard('disable', (call) => disable.call(backend, id, call))(o),
    }),
    ...(enable !== undefined && {
      enable: (id, o) => guard('enable', (call) => enable.call(backend, id, call))(o),
    }),
    verify: (credential, expected, o) =>
      guard('verify', (call) => backend.verify(credential, expected, call))(o),
    revoke: (id, o) => guard('revoke', (call) => backend.revoke(id, call))(o),
  };
}

/** From now on, the secret fields of a credential are blanked in all output. */
function rememberFields(fields: Credential['fields']): void {
  const values = Object.values(fields);
  const open = values.filter((value) => typeof value === 'string');
  for (const value of values) if (typeof value !== 'string') remember(value.reveal(), open);
}

/** Like {@link guardFor}, for calls without a signal. */
export async function guarded<Result>(
  id: string,
  method: string,
  call: () => Result | Promise<Result>,
): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    throw translate(id, method, error);
  }
}

/** Rejects only with a {@link KeyturnError}: other errors can contain a request, and so a secret. */
export function guardFor(id: string) {
  return <Result, Options extends CallOptions = CallOptions>(
    method: string,
    call: (options: Options) => Promise<Result>,
  ) =>
    async (options: Options): Promise<Result> => {
      refuseAborted(id, method, options);
      try {
        return await call(options);
      } catch (error) {
        throw translate(id, method, error, options);
      }
    };
}

function refuseAborted(id: string, method: string, { signal }: CallOptions): void {
  if (signal.aborted) throw callInterrupted(id, method, 'none');
}

/** Returns a {@link KeyturnError} as it is. Of other errors, only the name is kept. */
export function translate(
  id: string,
  method: string,
  error: unknown,
  options?: CallOptions,
): KeyturnError {
  if (KeyturnError.is(error)) return error;
  if (options?.signal.aborted === true) return callInterrupted(id, method, 'unknown');
  const name = error instanceof Error ? error.name : typeof error;
  return adapterFailed(id, method, name);
}

/** Like {@link guardFor}, for async iterables. */
export async function* guardEach<Item>(
  id: string,
  method: string,
  items: AsyncIterable<Item>,
  options?: CallOptions,
): AsyncGenerator<Item> {
  if (options !== undefined) refuseAborted(id, method, options);
  try {
    yield* items;
  } catch (error) {
    throw translate(id, method, error, options);
  }
}
