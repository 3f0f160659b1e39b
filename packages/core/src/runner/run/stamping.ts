import { KeyturnError } from '../../contracts/errors.ts';

/** What is read about deliveries while the run goes on, by the sink's id. */
export class Stamping {
  readonly #under = new Map<string, Promise<void>>();

  begin(sink: string, work: Promise<void>): void {
    // Nothing depends on it: what cannot be read is only not known. A bug is thrown to whoever waits for it.
    const kept = work.catch((error: unknown) => {
      if (!KeyturnError.is(error)) throw error;
    });
    kept.catch(() => {});
    this.#under.set(sink, kept);
  }

  /** Resolves once the sink's last delivery has been read. */
  async of(sink: string): Promise<void> {
    await this.#under.get(sink);
  }

  /** Resolves once all have been. */
  async all(): Promise<void> {
    await Promise.all(this.#under.values());
  }
}
