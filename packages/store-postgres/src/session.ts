import type { Socket } from 'node:net';

import { KeyturnError } from '@keyturn/core';
import type pg from 'pg';

import { DatabaseFailure, otherCodeOf, sqlstateOf } from './failure.ts';

export type Row = Readonly<Record<string, string | null>>;

/** In milliseconds. */
export interface Timeouts {
  readonly connect: number;
  readonly statement: number;
  /**
   * How much longer than the server this side waits for a statement, because the server's own answer says more; and how long an
   * interrupted one may take to end, before the connection is cut.
   */
  readonly patience: number;
}

/** Ends what a process of the server does, over another connection, if that is still wanted when the connection is there. */
type Cancel = (pid: string, isWanted: () => boolean) => Promise<unknown>;

/** Every value as the text that the server sent: what a program set up for its own use of `pg` changes nothing here. */
const types = { getTypeParser: () => (value: string) => value };

/** What the types of `pg` leave out. */
interface Inner {
  readonly processID: number | null;
  readonly connection: { readonly stream: Socket };
  readonly connectionParameters: { options?: unknown; replication?: unknown };
  readonly replication: unknown;
  ref(): void;
  unref(): void;
}

/** One connection: one statement at a time, each with a deadline. Keeps the process alive only while it waits for an answer. */
export class Session {
  readonly #client: pg.Client;
  readonly #inner: Inner;
  readonly #timeouts: Timeouts;
  readonly #cancel: Cancel;
  readonly #listeners: (() => void)[] = [];
  #queue: Promise<unknown> = Promise.resolve();
  /** How many statements were sent, and whether the last one is running. */
  #sent = 0;
  #isRunning = false;
  #end: DatabaseFailure | undefined;
  /** The process of the server, once the session is set up. */
  pid = '';

  constructor(client: pg.Client, timeouts: Timeouts, cancel: Cancel) {
    this.#client = client;
    this.#inner = client as unknown as Inner;
    this.#timeouts = timeouts;
    this.#cancel = cancel;
    // The library also reads these from the environment of the process.
    this.#inner.connectionParameters.options = undefined;
    this.#inner.connectionParameters.replication = undefined;
    client.on('error', (error) => this.#break(error));
    client.on('end', () => this.#break(undefined));
  }

  /** The process id that the server announced; behind a pooler, it is another one than that which answers. */
  get announcedPid(): string {
    return String(this.#inner.processID);
  }

  get isBroken(): boolean {
    return this.#end !== undefined;
  }

  /** Calls back once if the connection ends, also if this side ends it. */
  onEnd(listener: () => void): void {
    if (this.#end !== undefined) listener();
    else this.#listeners.push(listener);
  }

  /** @throws {DatabaseFailure} */
  async connect(signal?: AbortSignal): Promise<void> {
    const interrupt = (): void => this.destroy('interrupted');
    signal?.addEventListener('abort', interrupt, { once: true });
    try {
      await this.#client.connect();
    } catch (error) {
      // The user's own problem, such as a password that is missing.
      const isOurs = KeyturnError.is(error);
      const failure = new DatabaseFailure('unreachable', { ...codesOf(error), sent: false });
      this.#break(failure);
      this.#inner.connection.stream.destroy();
      throw isOurs ? error : failure;
    } finally {
      signal?.removeEventListener('abort', interrupt);
    }
    this.#inner.unref();
  }

  /**
   * Runs one statement.
   *
   * @throws {DatabaseFailure}
   */
  run(text: string, values: readonly (string | readonly string[])[] = []): Promise<Row[]> {
    const result = this.#queue.then(() => this.#run(text, values));
    this.#queue = result.catch(() => {});
    return result;
  }

  /** Ends the running statement, if the server hears it; otherwise ends the connection. */
  interrupt(): void {
    if (this.#end !== undefined || !this.#isRunning) return;
    const sent = this.#sent;
    const isSame = (): boolean => this.#isRunning && this.#sent === sent;
    this.#cancel(this.pid, isSame).catch(() => {});
    setTimeout(() => {
      if (isSame()) this.destroy('interrupted');
    }, this.#timeouts.patience).unref();
  }

  /** Ends the connection as it should be ended, but does not wait for long. */
  async end(): Promise<void> {
    if (this.#end !== undefined) return;
    this.#end = new DatabaseFailure('broken', { code: 'ended', sent: false });
    const { stream } = this.#inner.connection;
    const cut = setTimeout(() => stream.destroy(), this.#timeouts.patience);
    try {
      await this.#client.end();
    } catch {
      stream.destroy();
    } finally {
      clearTimeout(cut);
      this.#notify();
    }
  }

  /** Cuts the connection. */
  destroy(code: string): void {
    this.#break(new DatabaseFailure('broken', { code, sent: true }));
    this.#inner.connection.stream.destroy();
  }

  async #run(text: string, values: readonly (string | readonly string[])[]): Promise<Row[]> {
    if (this.#end !== undefined) throw unsent(this.#end);
    const late = setTimeout(
      () => this.destroy('timeout'),
      this.#timeouts.statement + this.#timeouts.patience,
    );
    this.#inner.ref();
    this.#sent++;
    this.#isRunning = true;
    try {
      const { rows } = await this.#client.query<Row>({
        text,
        ...(values.length > 0 && { values: [...values] }),
        types,
      });
      return rows;
    } catch (error) {
      throw await this.#explain(error);
    } finally {
      clearTimeout(late);
      this.#isRunning = false;
      this.#inner.unref();
    }
  }

  /** The server refused the statement if it still answers afterwards. Otherwise it may have been carried out. */
  async #explain(error: unknown): Promise<DatabaseFailure> {
    const codes = codesOf(error);
    if (codes.sqlstate === undefined)
      return this.#end ?? new DatabaseFailure('broken', { ...codes, sent: true });
    try {
      await this.#client.query('select');
      return new DatabaseFailure('refused', { ...codes, sent: true });
    } catch (second) {
      // A transaction that failed refuses everything, but the server is there.
      const kind = sqlstateOf(second) === '25P02' ? 'refused' : 'broken';
      return new DatabaseFailure(kind, { ...codes, sent: true });
    }
  }

  #break(error: unknown): void {
    if (this.#end !== undefined) return;
    this.#end =
      error instanceof DatabaseFailure
        ? error
        : new DatabaseFailure('broken', { ...codesOf(error), sent: true });
    this.#notify();
  }

  #notify(): void {
    for (const listener of this.#listeners.splice(0)) listener();
  }
}

function codesOf(error: unknown): {
  readonly sqlstate: string | undefined;
  readonly code: string | undefined;
} {
  return { sqlstate: sqlstateOf(error), code: otherCodeOf(error) };
}

/** The reason of an earlier failure, for a statement that was never sent. */
function unsent({ kind, sqlstate, code }: DatabaseFailure): DatabaseFailure {
  return new DatabaseFailure(kind === 'refused' ? 'broken' : kind, { sqlstate, code, sent: false });
}
