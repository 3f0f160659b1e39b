import type pg from 'pg';

import { configurationOf, type ConnectorOptions } from './configuration.ts';
import { isLoopback, type Location } from './location.ts';
import { encodingUnsupported, poolerFound, versionUnsupported } from './messages.ts';
import { isPooled } from './pooler.ts';
import { Session } from './session.ts';
import { LEASE_SETTINGS, settingsOf, settle } from './settings.ts';

/** PostgreSQL 14, the first that ends an idle session by itself. */
const OLDEST = 140_000;

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

  #configuration(): Promise<pg.ClientConfig> {
    this.#config ??= configurationOf(this.#options);
    this.#config.catch(() => (this.#config = undefined));
    return this.#config;
  }
}

/** How well a connection is protected, for `doctor`; undefined if nothing can be said against it. */
export function weaknessOf({ host, encryption }: Location): 'plain' | 'unverified' | undefined {
  if (encryption === 'verified' || isLoopback(host)) return undefined;
  return encryption === 'none' ? 'plain' : 'unverified';
}
