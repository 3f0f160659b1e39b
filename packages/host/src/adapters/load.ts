import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import type { IssuerAdapter, KeyturnError, SinkAdapter, StoreAdapter } from '@keyturn/core';

import {
  adapterNotInstalled,
  adapterTwice,
  adapterUnknown,
  kindTaken,
  LOADING_FAILED,
  NOT_AN_ADAPTER,
  NOT_LOADABLE,
  notAsDeclared,
  packageUnusable,
  untrusted,
} from '../messages.ts';
import type { Surroundings } from '../surroundings.ts';
import type { Asking } from '../trust/foreign.ts';
import { findBeside, refuseUnnamed } from './beside.ts';
import { discoverAdapters, resolveFrom, type FoundAdapter } from './discover.ts';
import { type Role } from './role.ts';
import { importSink } from './module-sink.ts';
import { ownKinds, ownPackage, ownSchemes } from './own-kinds.ts';
import { refuseForeignAdapter, refuseForeignModule } from './owner.ts';
import { checkKind } from './target-module.ts';

/**
 * Which code a command may load in addition to the program's own. `any`: the adapters that the project depends on, and the user's
 * modules. `store`: only the adapter of the store, for commands that only read ledgers. `own`: nothing, for untrusted files.
 */
type Code = 'any' | 'store' | 'own';

interface AdapterByRole {
  readonly issuer: IssuerAdapter;
  readonly sink: SinkAdapter;
  readonly store: StoreAdapter;
}

/** Where adapters are searched, and which of them may be loaded. */
export interface AdapterSources {
  /** The folder of the project, whose direct dependencies count. */
  readonly project: string;
  /** The folder of the program: packages beside it are found from here. */
  readonly own: string;
  /** @default 'any' */
  readonly code?: Code;
  /** The user whose code may be loaded. @default any user */
  readonly asking?: Asking;
  /** Receives each package that is loaded. */
  readonly trace?: Surroundings['trace'];
}

/** Imports adapters when they are needed, each of them once. */
export class Adapters {
  readonly #project: string;
  readonly #own: string;
  readonly #trace: AdapterSources['trace'];
  readonly #code: Code;
  readonly #asking: Asking;
  readonly #loaded = new Map<string, Promise<unknown>>();
  readonly #found = new Map<string, Promise<FoundAdapter | undefined>>();
  readonly #modules = new Map<string, Promise<SinkAdapter>>();
  #discovered: Promise<FoundAdapter[]> | undefined;

  constructor({ project, own, code = 'any', asking, trace }: AdapterSources) {
    this.#project = project;
    this.#own = own;
    this.#code = code;
    this.#asking = asking ?? { env: {}, uid: undefined };
    this.#trace = trace;
  }

  /** Whether this adapter is installed and may be loaded. */
  async has(role: Role, kind: string): Promise<boolean> {
    checkKind(role, kind);
    return this.#loaded.has(`${role}:${kind}`) || (await this.#find(role, kind)) !== undefined;
  }

  /** The kinds that are installed, and those of the imported modules. Only manifests are read. */
  async kinds(role: Role): Promise<readonly string[]> {
    const loaded = [...this.#loaded.keys()].filter((key) => key.startsWith(`${role}:`));
    const own = await Promise.all(
      ownKinds(role).map(async (kind) => ((await this.has(role, kind)) ? kind : [])),
    );
    this.#discovered ??=
      this.#code === 'any' ? discoverAdapters(this.#project, this.#own) : undefined;
    const declared = ((await this.#discovered) ?? []).filter((one) => one.role === role);
    const others = [
      ...declared.map(({ kind }) => kind),
      ...loaded.map((key) => key.slice(role.length + 1)),
    ];
    return [...new Set([...own.flat(), ...others])];
  }

  /** The kind of the store whose locations have this scheme; undefined if no installed package declares it. Only manifests are read. */
  async storeOf(scheme: string): Promise<string | undefined> {
    const own = ownSchemes().get(scheme);
    if (own !== undefined || this.#code === 'own') return own;
    this.#discovered ??= discoverAdapters(this.#project, this.#own);
    const found = await this.#discovered;
    return found.find(({ role, schemes }) => role === 'store' && schemes.includes(scheme))?.kind;
  }

  /** @throws {KeyturnError} `ADAPTER_NOT_FOUND` with the command that installs it, `ADAPTER_INVALID`, `USAGE_INVALID` for an invalid kind */
  async load<R extends Role>(role: R, kind: string): Promise<AdapterByRole[R]> {
    checkKind(role, kind);
    const key = `${role}:${kind}`;
    const loading = this.#loaded.get(key) ?? this.#load(role, kind);
    this.#loaded.set(key, loading);
    return loading as Promise<AdapterByRole[R]>;
  }

  /**
   * Imports a sink from a module of the user, once. From then on, its kind refers to that module.
   *
   * @param path relative to the project, or absolute
   * @throws {KeyturnError} `ADAPTER_NOT_FOUND`, `ADAPTER_INVALID`
   */
  async loadModule(path: string): Promise<SinkAdapter> {
    if (this.#code !== 'any') throw untrusted([path]);
    const file = resolve(this.#project, path);
    const loading = this.#modules.get(file) ?? this.#loadModule(file);
    this.#modules.set(file, loading);
    return loading;
  }

  /** Two sinks of the same kind could have the same id, and so share a record in the ledger. */
  async #loadModule(file: string): Promise<SinkAdapter> {
    await refuseForeignModule(file, this.#asking);
    const adapter = await importSink(this.#project, file);
    this.#trace?.('adapter', `sink ${adapter.kind} is ${file}`);
    const key = `sink:${adapter.kind}`;
    if (ownKinds('sink').includes(adapter.kind) || this.#loaded.has(key))
      throw kindTaken(file, adapter.kind);
    this.#loaded.set(key, Promise.resolve(adapter));
    return adapter;
  }

  async #load(role: Role, kind: string): Promise<unknown> {
    const found = await this.#find(role, kind);
    if (found === undefined)
      throw this.#code === 'own' ? untrusted([`the ${role} ${kind}`]) : notFound(role, kind);
    const file = resolveFrom(found.from, found.specifier);
    if (file === undefined) throw invalid(found, NOT_LOADABLE);
    await refuseForeignAdapter(found, file, this.#asking, this.#own);
    let module: { default?: unknown };
    try {
      module = (await import(pathToFileURL(file).href)) as { default?: unknown };
    } catch {
      throw invalid(found, LOADING_FAILED);
    }
    const adapter = module.default as Partial<SinkAdapter> | undefined;
    if (adapter?.specVersion !== 1) throw invalid(found, NOT_AN_ADAPTER);
    if ((adapter.role as Role) !== role || adapter.kind !== kind)
      throw invalid(found, notAsDeclared(role, kind));
    this.#trace?.('adapter', `${role} ${kind} is ${found.packageName} ${found.version}`);
    return adapter;
  }

  #find(role: Role, kind: string): Promise<FoundAdapter | undefined> {
    const key = `${role}:${kind}`;
    const finding = this.#found.get(key) ?? this.#look(role, kind);
    this.#found.set(key, finding);
    return finding;
  }

  async #look(role: Role, kind: string): Promise<FoundAdapter | undefined> {
    if (this.#code !== 'any') {
      const own = await findBeside(role, kind, this.#own);
      if (own !== undefined || this.#code === 'own' || role !== 'store') return own;
    }
    this.#discovered ??= discoverAdapters(this.#project, this.#own);
    const declared = (await this.#discovered).filter(
      (one) => one.role === role && one.kind === kind,
    );
    const names = new Set(declared.map(({ packageName }) => packageName));
    if (names.size > 1) throw adapterTwice(role, kind, [...names]);
    if (declared[0] !== undefined) return declared[0];
    const beside = await findBeside(role, kind, this.#own);
    if (beside === undefined) await refuseUnnamed(role, kind, this.#project);
    return beside;
  }
}

function notFound(role: Role, kind: string): KeyturnError {
  const known = ownKinds(role);
  return known.includes(kind)
    ? adapterNotInstalled(role, kind, ownPackage(role, kind))
    : adapterUnknown(role, kind, known);
}

function invalid({ packageName, version }: FoundAdapter, why: string): KeyturnError {
  return packageUnusable(`${packageName} ${version}`, why);
}
