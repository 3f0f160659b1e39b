import { resolve } from 'node:path';

import type { AdapterContext, StoreAdapter } from '@keyturn/core';
import { signedStore, type StateStore } from '@keyturn/core/ledger';

import type { Adapters } from '../adapters/load.ts';
import type { Surroundings } from '../surroundings.ts';
import { refuseForeignLedgers } from '../trust/foreign.ts';
import { ledgerKey } from './ledger-key.ts';
import { type Location, refusedScheme, schemeOf, shownLocation } from './location.ts';
import { loggedStore } from './log.ts';
import { tellingStore } from './waiting.ts';

/** The variable that says where the ledgers are. */
export const STATE = 'KEYTURN_STATE';

/** What a session has that its stores need. */
export interface Opener {
  readonly surroundings: Surroundings;
  /** Relative paths start in this folder. */
  readonly directory: string;
  readonly adapters: Adapters;
}

/** The stores of a session, each opened once. */
export class Stores {
  readonly #opener: Opener;
  readonly #configured: Location | undefined;
  readonly #context: AdapterContext;
  readonly #open = new Map<string, Promise<StateStore>>();

  /** @param configured where the configuration keeps the ledgers */
  constructor(opener: Opener, configured: Location | undefined, context: AdapterContext) {
    this.#opener = opener;
    this.#configured = configured;
    this.#context = context;
  }

  /**
   * The store of the ledgers: at `KEYTURN_STATE`, else where the configuration says, else in `.keyturn` beside it. With
   * `KEYTURN_LEDGER_KEY`, its ledgers must be signed.
   *
   * @throws {KeyturnError} `CONFIG_INVALID`, `ADAPTER_NOT_FOUND`, `FILE_UNSAFE` for ledgers of another user
   */
  async open(location?: Location): Promise<StateStore> {
    const { surroundings } = this.#opener;
    const key = ledgerKey(surroundings.env);
    const store = await this.openPlain(location);
    const signed = key === undefined ? store : signedStore(store, key);
    return loggedStore(tellingStore(signed, surroundings), surroundings);
  }

  /** The same, without signatures. */
  openPlain(location = this.#usual): Promise<StateStore> {
    const opening = this.#open.get(location.text) ?? this.#load(location);
    this.#open.set(location.text, opening);
    return opening;
  }

  /** Where the ledgers are: the path of a folder, or an address without users, passwords and queries. */
  get shown(): string {
    const location = this.#usual;
    return schemeOf(location) === undefined
      ? resolve(this.#opener.directory, location.text)
      : shownLocation(location.text);
  }

  async close(): Promise<void> {
    const stores = await Promise.allSettled(this.#open.values());
    for (const one of stores)
      if (one.status === 'fulfilled') await one.value.close?.().catch(() => {});
  }

  get #usual(): Location {
    const given = this.#opener.surroundings.env[STATE];
    if (given !== undefined) return { text: given, source: STATE };
    return this.#configured ?? { text: '.keyturn', source: 'the default' };
  }

  async #load(location: Location): Promise<StateStore> {
    const { surroundings, directory, adapters } = this.#opener;
    const scheme = schemeOf(location);
    const kind = scheme === undefined ? 'file' : await adapters.storeOf(scheme);
    if (kind === undefined) throw refusedScheme(location, scheme ?? '');
    const adapter = await adapters.load('store', kind);
    if (scheme === undefined)
      await refuseForeignLedgers(resolve(directory, location.text), surroundings);
    else if (location === this.#configured) await this.#refuseHostOf(location, adapter);
    return adapter.open(location.text, this.#context);
  }

  /** A configuration does not decide where a database's password or a cloud's keys are sent. */
  async #refuseHostOf(location: Location, adapter: StoreAdapter): Promise<void> {
    const { refuseStateHost } = await import('./consent.ts');
    refuseStateHost(location, adapter, this.#context, this.#opener.surroundings);
  }
}
