import type { IssuerAdapter, SecretSink, SinkAdapter, TokenIssuer } from '@keyturn/core';

import { Adapters } from '../adapters/load.ts';
import { isModulePath } from '../adapters/target-module.ts';
import type { Host } from '../host.ts';
import { issuerStandIn, moduleKind, noteStandIn, sinkStandIn } from './stand-in.ts';

/** `reads`: only ledgers are read, so that no code has to be loaded for what is configured. */
export type Purpose = 'acts' | 'reads';

/** The adapters that a command works with: those that are configured, or what stands in for them where nothing is asked of them. */
export class ChosenAdapters {
  readonly loaded: Adapters;
  readonly #purpose: Purpose;
  readonly #standIns = new Map<string, SinkAdapter>();

  constructor(host: Host, directory: string, purpose: Purpose) {
    this.#purpose = purpose;
    const code = purpose === 'reads' ? 'store' : 'any';
    this.loaded = new Adapters(
      directory,
      (text) => host.log('debug', 'adapter', text),
      host.isUntrusted === true ? 'own' : code,
    );
  }

  /** The adapter of a kind, or of the path of a module. */
  async sink(kind: string): Promise<SinkAdapter> {
    const isModule = isModulePath(kind);
    if (this.#purpose === 'acts' || (!isModule && (await this.loaded.has('sink', kind))))
      return isModule ? this.loaded.loadModule(kind) : this.loaded.load('sink', kind);
    const known = this.#standIns.get(kind);
    if (known !== undefined) return known;
    const made = sinkStandIn(isModule ? moduleKind(this.#standIns.size) : kind);
    this.#standIns.set(kind, made);
    return made;
  }

  async issuer(kind: string): Promise<IssuerAdapter> {
    return (await this.#isIssuerLoaded(kind))
      ? this.loaded.load('issuer', kind)
      : issuerStandIn(kind);
  }

  /** What was opened, marked where its adapter is a stand-in. */
  noteSink(opened: SecretSink, kind: string, written: string): SecretSink {
    return this.#standIns.has(kind) ? noteStandIn(opened, written) : opened;
  }

  async noteIssuer(opened: TokenIssuer, kind: string): Promise<TokenIssuer> {
    return (await this.#isIssuerLoaded(kind)) ? opened : noteStandIn(opened, kind);
  }

  async #isIssuerLoaded(kind: string): Promise<boolean> {
    return this.#purpose === 'acts' || this.loaded.has('issuer', kind);
  }
}
