import { KeyturnError } from './errors.ts';
import type { TokenIssuer } from './issuer.ts';
import type { FieldNames } from './layout.ts';
import type { AdapterContext, CallOptions } from './runtime.ts';
import { validate, type StandardSchema } from './schema.ts';
import { reveal } from './secret.ts';
import type { SecretSink, SinkEntry } from './sink.ts';
import type { StateStore } from './store.ts';
import { parseTarget, type Target } from './target.ts';

/** An environment variable that an adapter reads, for messages and docs. */
export interface EnvironmentVariable {
  readonly name: string;
  readonly description: string;
  readonly secret: boolean;
}

interface Definition<Options, Opened> {
  /** The short name, as in the configuration: `github`. */
  readonly kind: string;
  readonly options: StandardSchema<Options>;
  readonly env: readonly EnvironmentVariable[];
  /**
   * Makes the object, without a request and without needing credentials: what is wrong with those or with the network
   * shows in the first call, so that `status` and a filtered run need none.
   */
  readonly connect: (options: Options, context: AdapterContext) => Opened | Promise<Opened>;
}

/** What the author of a sink writes. */
export interface SinkDefinition<Options> extends Definition<Options, SinkBackend> {
  /** Turns a target into the input of `options`. */
  readonly parseTarget: (target: Target) => unknown;
  /** Finds the target that is meant when only the kind is given, from CI's variables or the git remote. */
  readonly infer?: (context: AdapterContext) => Promise<string | undefined>;
}
export type SinkBackend = Omit<SecretSink, 'specVersion' | 'kind'>;

/** The secret names that each layout fills by default. */
export interface DefaultNames {
  readonly pair: FieldNames;
  readonly joined: string;
  readonly file: string;
}

/** What the author of an issuer writes. */
export interface IssuerDefinition<Options> extends Definition<Options, IssuerBackend> {
  readonly names: DefaultNames;
}
export type IssuerBackend = Omit<TokenIssuer, 'specVersion' | 'kind'>;

/** What the author of a store writes. `options` checks the location, as text. */
export type StoreDefinition<Options> = Definition<Options, StoreBackend>;
export type StoreBackend = Omit<StateStore, 'specVersion' | 'kind'>;

interface Adapter {
  readonly specVersion: 1;
  readonly kind: string;
  readonly env: readonly EnvironmentVariable[];
}
/** What a sink's package exports by default. */
export interface SinkAdapter extends Adapter {
  readonly role: 'sink';
  /** @throws {KeyturnError} `TARGET_INVALID`, `CONFIG_INVALID` */
  open(target: string, context: AdapterContext): Promise<SecretSink>;
  infer(context: AdapterContext): Promise<string | undefined>;
}
/** What an issuer's package exports by default. */
export interface IssuerAdapter extends Adapter {
  readonly role: 'issuer';
  readonly names: DefaultNames;
  /** @throws {KeyturnError} `CONFIG_INVALID` */
  open(options: unknown, context: AdapterContext): Promise<TokenIssuer>;
}
/** What a store's package exports by default. */
export interface StoreAdapter extends Adapter {
  readonly role: 'store';
  /** @throws {KeyturnError} `CONFIG_INVALID` */
  open(location: unknown, context: AdapterContext): Promise<StateStore>;
}

/** Turns a backend into a sink: arguments are checked once here, so that adapters get clean input. */
export function defineSink<Options>(definition: SinkDefinition<Options>): SinkAdapter {
  const { kind, env } = definition;
  return {
    specVersion: 1,
    role: 'sink',
    kind,
    env,
    infer: async (context) => definition.infer?.(context),
    async open(text, context) {
      const target = parseTarget(text);
      const options = await validate(definition.options, definition.parseTarget(target), text);
      const backend = await definition.connect(options, context);
      return guardSink(kind, backend);
    },
  };
}

/** Turns a backend into an issuer. */
export function defineIssuer<Options>(definition: IssuerDefinition<Options>): IssuerAdapter {
  const { kind, env, names } = definition;
  return {
    specVersion: 1,
    role: 'issuer',
    kind,
    env,
    names,
    async open(input, context) {
      const options = await validate(definition.options, input, `issuer ${kind}`);
      const backend = await definition.connect(options, context);
      const guard = guardFor(backend.id);
      return {
        specVersion: 1,
        kind,
        id: backend.id,
        check: guard('check', (o) => backend.check(o)),
        list: (o) => backend.list(o),
        get: (id, o) => guard('get', (call) => backend.get(id, call))(o),
        issue: (request, o) => guard('issue', (call) => backend.issue(request, call))(o),
        find: (label, o) => guard('find', (call) => backend.find(label, call))(o),
        grant: (id, permissions, o) =>
          guard('grant', (call) => backend.grant(id, permissions, call))(o),
        ungrant: (id, permissions, o) =>
          guard('ungrant', (call) => backend.ungrant(id, permissions, call))(o),
        verify: (credential, expected, o) =>
          guard('verify', (call) => backend.verify(credential, expected, call))(o),
        revoke: (id, o) => guard('revoke', (call) => backend.revoke(id, call))(o),
      };
    },
  };
}

/** Turns a backend into a store. */
export function defineStore<Options>(definition: StoreDefinition<Options>): StoreAdapter {
  const { kind, env } = definition;
  return {
    specVersion: 1,
    role: 'store',
    kind,
    env,
    async open(location, context) {
      const options = await validate(definition.options, location, `store ${kind}`);
      const backend = await definition.connect(options, context);
      return {
        specVersion: 1,
        kind,
        open: (rotation) => backend.open(rotation),
        history: (rotation) => backend.history(rotation),
        lock: (rotation, owner) => backend.lock(rotation, owner),
        rotations: () => backend.rotations(),
      };
    },
  };
}

function guardSink(kind: string, backend: SinkBackend): SecretSink {
  const { id, supports, limits, holds, remove } = backend;
  const guard = guardFor(id);
  const checkName = (name: string): void => {
    if (limits.name !== undefined && !limits.name.test(name))
      throw new KeyturnError(
        'NAME_INVALID',
        `${id}: the name "${name.slice(0, 80)}" is not allowed there`,
        {
          hint: 'Choose another name for the secret under `names`.',
          effect: 'none',
        },
      );
  };
  const checkEntry = ({ name, value }: SinkEntry): void => {
    checkName(name);
    const plaintext = reveal(value);
    if (limits.maxBytes !== undefined && Buffer.byteLength(plaintext) > limits.maxBytes)
      throw new KeyturnError(
        'VALUE_INVALID',
        `${id}: the value of ${name} is longer than ${limits.maxBytes} bytes`,
        {
          effect: 'none',
        },
      );
    if (limits.value !== undefined && !limits.value.test(plaintext))
      throw new KeyturnError(
        'VALUE_INVALID',
        `${id}: the value of ${name} has characters that cannot be stored there`,
        {
          effect: 'none',
        },
      );
  };
  return {
    specVersion: 1,
    kind,
    id,
    supports,
    limits,
    check: (names, o) =>
      guard('check', async (call) => {
        for (const name of names) checkName(name);
        return backend.check(names, call);
      })(o),
    deliver: (entries, o) =>
      guard('deliver', async (call) => {
        for (const entry of entries) checkEntry(entry);
        return backend.deliver(entries, call);
      })(o),
    confirm: (expected, receipt, o) =>
      guard('confirm', (call) => backend.confirm(expected, receipt, call))(o),
    ...(holds !== undefined && {
      holds: (names, o) => guard('holds', (call) => holds.call(backend, names, call))(o),
    }),
    ...(remove !== undefined && {
      remove: (names, o) => guard('remove', (call) => remove.call(backend, names, call))(o),
    }),
  };
}

/** Lets only a {@link KeyturnError} out: an unforeseen error may hold a request, and with it a secret. */
function guardFor(id: string) {
  return <Result>(method: string, call: (options: CallOptions) => Promise<Result>) =>
    async (options: CallOptions): Promise<Result> => {
      const interrupted = (effect: 'none' | 'unknown'): KeyturnError =>
        new KeyturnError('INTERRUPTED', `${id}: ${method} was interrupted`, {
          hint: 'Run it again.',
          effect,
        });
      if (options.signal.aborted) throw interrupted('none');
      try {
        return await call(options);
      } catch (error) {
        if (KeyturnError.is(error)) throw error;
        if (options.signal.aborted) throw interrupted('unknown');
        const name = error instanceof Error ? error.name : typeof error;
        throw new KeyturnError(
          'ADAPTER_INVALID',
          `${id}: ${method} failed with an unforeseen ${name}`,
          {
            hint: "This is a bug of the adapter: please report it with the command's --debug output.",
          },
        );
      }
    };
}
