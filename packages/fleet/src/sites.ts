import { stat } from 'node:fs/promises';

import type { Surroundings } from '@keyturn/host';
import type { Config } from '@keyturn/host/config';
import { loadTrusted, Session, stateOf } from '@keyturn/host/session';

import { configurationFile, type Where } from './configurations.ts';

/** A configuration as it is now, with what its rotations share: adapters, connections and the store. */
export interface Site {
  readonly config: Config;
  readonly session: Session;
}

interface Open extends Site {
  /** Changes with the file. */
  readonly version: string;
  users: number;
  isOld: boolean;
}

/** How many configurations stay open that no rotation uses now. */
const SPARE = 16;

/** The configurations that a process works with. Each is read again when its file has changed. */
export class Sites {
  readonly #where: Where;
  readonly #surroundings: Surroundings;
  readonly #allow: readonly string[];
  readonly #open = new Map<string, Promise<Open>>();

  constructor(where: Where, surroundings: Surroundings, allow: readonly string[] = []) {
    this.#where = where;
    this.#surroundings = surroundings;
    this.#allow = allow;
  }

  /** @throws {KeyturnError} what is wrong with the configuration */
  async use<Result>(name: string, action: (site: Site) => Promise<Result>): Promise<Result> {
    const site = await this.#enter(name);
    try {
      return await action(site);
    } finally {
      site.users--;
      if (site.isOld && site.users === 0) await site.session.close();
      else await this.#spare();
    }
  }

  async close(): Promise<void> {
    const all = await Promise.allSettled(this.#open.values());
    for (const one of all) if (one.status === 'fulfilled') await one.value.session.close();
  }

  /** The current state of a configuration, with one more user. */
  async #enter(name: string): Promise<Open> {
    const file = await configurationFile(name, this.#where, this.#surroundings);
    const { mtimeMs, size, ino } = await stat(file);
    const version = `${file} ${mtimeMs} ${size} ${ino}`;
    const before = this.#open.get(name);
    const known = await before?.catch(() => undefined);
    // Somebody else has read it meanwhile.
    if (this.#open.get(name) !== before) return this.#enter(name);
    if (known?.version === version) {
      known.users++;
      return known;
    }
    const opening = this.#load(file, version);
    this.#open.set(name, opening);
    if (known !== undefined) await this.#retire(known);
    try {
      return await opening;
    } catch (error) {
      if (this.#open.get(name) === opening) this.#open.delete(name);
      throw error;
    }
  }

  async #load(file: string, version: string): Promise<Open> {
    const config = await loadTrusted({ file, rotations: [] }, this.#surroundings);
    if (config === undefined) throw new Error('a file without a configuration');
    const session = new Session(this.#surroundings, config.directory, {
      allow: this.#allow,
      state: stateOf(config),
    });
    return { config, session, version, users: 1, isOld: false };
  }

  async #retire(site: Open): Promise<void> {
    site.isOld = true;
    if (site.users === 0) await site.session.close();
  }

  /** Closes what has not been used for the longest time, if there is too much. */
  async #spare(): Promise<void> {
    for (const [name, opening] of this.#open) {
      if (this.#open.size <= SPARE) return;
      const site = await opening.catch(() => undefined);
      if (site === undefined || site.users > 0 || this.#open.get(name) !== opening) continue;
      this.#open.delete(name);
      await this.#retire(site);
    }
  }
}
