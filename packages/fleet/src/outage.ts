import { KeyturnError, type Clock } from '@keyturn/core';
import type { Database } from '@keyturn/store-postgres/database';

import { databaseAway, databaseBack } from './messages.ts';

const FIRST = 500;
const LONGEST = 15_000;

/** Repeats what a database that is away did not do until it is back, and tells that once. */
export class Outage {
  readonly #database: Pick<Database, 'where' | 'explain'>;
  readonly #clock: Clock;
  readonly #tell: (line: string) => void;
  #isAway = false;

  constructor(
    database: Pick<Database, 'where' | 'explain'>,
    clock: Clock,
    tell: (line: string) => void,
  ) {
    this.#database = database;
    this.#clock = clock;
    this.#tell = tell;
  }

  /**
   * @param action can be repeated
   * @param until ends the waiting; the result is undefined then
   */
  async outlast<Result>(
    action: () => Promise<Result>,
    until: AbortSignal,
  ): Promise<Result | undefined> {
    for (let pause = FIRST; ; pause = Math.min(LONGEST, pause * 2)) {
      try {
        const result = await action();
        this.#see(undefined);
        return result;
      } catch (thrown) {
        const error = this.#database.explain(thrown);
        if (!KeyturnError.is(error)) throw error;
        this.#see(error);
      }
      if (until.aborted) return undefined;
      await this.#clock.sleep(pause, until).catch(() => {});
    }
  }

  #see(error: KeyturnError | undefined): void {
    const isAway = error !== undefined;
    if (isAway === this.#isAway) return;
    this.#isAway = isAway;
    this.#tell(isAway ? databaseAway(error) : databaseBack(this.#database.where));
  }
}
