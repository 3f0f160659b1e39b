import type { IssuerAdapter, SecretSink, SinkAdapter, TokenIssuer } from '@keyturn/core';

import { Adapters } from '../adapters/load.ts';
import { ownKinds } from '../adapters/own-kinds.ts';
import { isModulePath } from '../adapters/target-module.ts';
import type { Surroundings } from '../surroundings.ts';

/** `reads`: only ledgers are read, so no code is loaded for what is configured. */
export type Purpose = 'acts' | 'reads';

/** The adapters of a command: the configured ones, or stand-ins if nothing is requested from them. */
export class ChosenAdapters {
  readonly loaded: Adapters;
  readonly #purpose: Purpose;
  readonly #standIns = new Map<string, SinkAdapter>();

  constructor(surroundings: Surroundings, directory: string, purpose: Purpose) {
    this.#purpose = purpose;
    const code = purpose === 'reads' ? 'store' : 'any';
    this.loaded = new Adapters({
      project: directory,
      own: surroundings.programFolder,
      code: surroundings.isUntrusted === true ? 'own' : code,
      asking: surroundings,
      trace: surroundings.trace,
    });
  }

  /** The adapter of a kind, or of the path of a module. */
  async sink(kind: string): Promise<SinkAdapter> {
    const isModule = isModulePath(kind);
    if (this.#purpose === 'acts' || (!isModule && (await this.loaded.has('sink', kind))))
      return isModule ? this.loaded.loadModule(kind) : this.loaded.load('sink', kind);
    const known = this.#standIns.get(kind);
    if (known !== undefined) return known;
    const { sinkStandIn } = await import('./stand-in.ts');
    const made = sinkStandIn(isModule ? moduleKind(this.#standIns.size) : kind);
    this.#standIns.set(kind, made);
    return made;
  }

  async issuer(kind: string): Promise<IssuerAdapter> {
    if (await this.#isIssuerLoaded(kind)) return this.loaded.load('issuer', kind);
    return (await import('./stand-in.ts')).issuerStandIn(kind);
  }

  /** Returns what was opened, marked if its adapter is a stand-in. */
  noteSink(opened: SecretSink, kind: string, written: string): SecretSink {
    return this.#standIns.has(kind) ? noteStandIn(opened, written) : opened;
  }

  async noteIssuer(opened: TokenIssuer, kind: string): Promise<TokenIssuer> {
    return (await this.#isIssuerLoaded(kind)) ? opened : noteStandIn(opened, kind);
  }

  /** Whether this is the kind of a stand-in, and a sink in a ledger might be of that kind. */
  mayMean(kind: string, id: string): boolean {
    const isStandIn = [...this.#standIns.values()].some((one) => one.kind === kind);
    return isStandIn && (id.startsWith(`${kind}:`) || mayBeOfModule(kind, id));
  }

  async #isIssuerLoaded(kind: string): Promise<boolean> {
    return this.#purpose === 'acts' || this.loaded.has('issuer', kind);
  }
}

/** What was opened with a stand-in, and how it was written. */
const opened = new WeakMap<object, string>();

function noteStandIn<Opened extends SecretSink | TokenIssuer>(
  one: Opened,
  written: string,
): Opened {
  opened.set(one, written);
  return one;
}

/** Replaces the kind of a module, which only the module knows. */
const MODULE = 'module-of-';

function moduleKind(number: number): string {
  return `${MODULE}${number}`;
}

/** Whether a sink in a ledger might be of this module: it is not one of keyturn's own kinds. */
export function mayBeOfModule(kind: string, id: string): boolean {
  return kind.startsWith(MODULE) && !ownKinds('sink').includes(id.split(':', 1)[0] ?? '');
}

/** The text for which this stand-in was opened; undefined if it is not a stand-in. */
export function standsInFor(one: SecretSink | TokenIssuer): string | undefined {
  return opened.get(one);
}
