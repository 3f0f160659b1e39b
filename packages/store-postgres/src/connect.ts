import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

import type { Environment } from '@keyturn/core';
import type pg from 'pg';

import { isLoopback, type Location } from './location.ts';
import {
  encodingUnsupported,
  passwordMissing,
  poolerFound,
  rootCertificateUnreadable,
  userMissing,
  versionUnsupported,
} from './messages.ts';
import { findPassword } from './password.ts';
import { isPooled } from './pooler.ts';
import { Session, type Timeouts } from './session.ts';
import { LEASE_SETTINGS, settingsOf, settle } from './settings.ts';

/** PostgreSQL 14, the first that ends an idle session by itself. */
const OLDEST = 140_000;

export interface ConnectorOptions {
  readonly location: Location;
  readonly where: string;
  readonly env: Environment;
  readonly directory: string;
  readonly timeouts: Timeouts;
}

/** Makes connections, each set up in the same way. */
export class Connector {
  readonly #options: ConnectorOptions;
  #config: Promise<pg.ClientConfig> | undefined;
  /** A pooler was asked for, and there was none that matters. */
  #isSettled = false;

  constructor(options: ConnectorOptions) {
    this.#options = options;
  }

  /**
   * @param purpose `lock`: the server ends the session by itself if this process stops, or its machine is gone
   * @throws {DatabaseFailure} and the user's problems as `KeyturnError`
   */
  async connect(purpose: 'read' | 'lock', signal?: AbortSignal): Promise<Session> {
    const { where, timeouts } = this.#options;
    const session = await this.bare(signal);
    try {
      const settings = { ...settingsOf(timeouts), ...(purpose === 'lock' && LEASE_SETTINGS) };
      let server = await settle(session, session.announcedPid, settings);
      if (server.pid !== session.announcedPid) {
        await this.refusePooler(session, server.pid);
        server = await settle(session, server.pid, settings);
      }
      if (server.version < OLDEST) throw versionUnsupported(where, server.version);
      if (server.encoding !== 'UTF8') throw encodingUnsupported(where, server.encoding);
      session.pid = server.pid;
      return session;
    } catch (error) {
      session.destroy('refused');
      throw error;
    }
  }

  /** A connection without settings of its own: behind a pooler, they would become those of other programs. */
  async bare(signal?: AbortSignal): Promise<Session> {
    const [{ default: library }, config] = await Promise.all([import('pg'), this.#configuration()]);
    const session = new Session(
      new library.Client(config),
      this.#options.timeouts,
      this.#cancel.bind(this),
    );
    await session.connect(signal);
    return session;
  }

  /** Something between this process and the server answers for it: it must not give one client's transactions to several of the server's sessions. */
  async refusePooler(session: Session, pid: string): Promise<void> {
    if (this.#isSettled) return;
    if (await isPooled(session, pid, () => this.bare())) throw poolerFound(this.#options.where);
    this.#isSettled = true;
  }

  async #cancel(pid: string, isWanted: () => boolean): Promise<void> {
    const session = await this.bare(AbortSignal.timeout(this.#options.timeouts.patience));
    try {
      if (isWanted()) await session.run('select pg_cancel_backend($1::integer)', [pid]);
    } finally {
      await session.end();
    }
  }

  /** Everything is passed explicitly: the library would take what is missing from the environment of the process. */
  #configuration(): Promise<pg.ClientConfig> {
    this.#config ??= this.#configure();
    this.#config.catch(() => (this.#config = undefined));
    return this.#config;
  }

  async #configure(): Promise<pg.ClientConfig> {
    const { location, where, env, timeouts } = this.#options;
    const user = location.user ?? (env['PGUSER'] || undefined);
    if (user === undefined) throw userMissing(where);
    const ssl = await this.#encryption();
    return {
      host: location.host,
      port: location.port,
      database: location.database,
      user,
      password: async () => {
        const password = await findPassword(location, user, env);
        if (password === undefined) throw passwordMissing(where);
        return password.reveal();
      },
      ssl,
      sslnegotiation: 'postgres',
      application_name: 'keyturn',
      connectionTimeoutMillis: timeouts.connect,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
    };
  }

  async #encryption(): Promise<pg.ClientConfig['ssl']> {
    const { location, where, directory } = this.#options;
    if (location.encryption === 'none') return false;
    const isVerified = location.encryption === 'verified';
    const path = location.rootCertificate;
    if (path === undefined) return { rejectUnauthorized: isVerified, minVersion: 'TLSv1.2' };
    const ca = await readFile(resolve(directory, path), 'utf8').catch(() => {
      throw rootCertificateUnreadable(where, path);
    });
    return { rejectUnauthorized: isVerified, minVersion: 'TLSv1.2', ca };
  }
}

/** How well a connection is protected, for `doctor`; undefined if nothing can be said against it. */
export function weaknessOf({ host, encryption }: Location): 'plain' | 'unverified' | undefined {
  if (encryption === 'verified' || isLoopback(host)) return undefined;
  return encryption === 'none' ? 'plain' : 'unverified';
}
