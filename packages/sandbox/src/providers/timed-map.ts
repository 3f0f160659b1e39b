const MOST_CHANGES = 1000;

/** A map that can still show what it held a while ago. It remembers its newest 1,000 changes. */
export class TimedMap<Value> extends Map<string, Value> {
  readonly #clock: () => number;
  #changes: { readonly at: number; readonly key: string; readonly before: Value | undefined }[] =
    [];

  /** @param clock milliseconds since the epoch */
  constructor(clock: () => number, entries: Iterable<readonly [string, Value]> = []) {
    super();
    this.#clock = clock;
    for (const [key, value] of entries) super.set(key, value);
  }

  override set(key: string, value: Value): this {
    this.#note(key);
    return super.set(key, value);
  }

  override delete(key: string): boolean {
    if (this.has(key)) this.#note(key);
    return super.delete(key);
  }

  /** What it held at that time, in milliseconds since the epoch. */
  asOf(time: number): ReadonlyMap<string, Value> {
    if (this.#changes.every(({ at }) => at <= time)) return this;
    const past = new Map(this);
    for (const { at, key, before } of this.#changes.toReversed()) {
      if (at <= time) continue;
      if (before === undefined) past.delete(key);
      else past.set(key, before);
    }
    return past;
  }

  /** Makes what it holds now what it has always held. */
  settle(): void {
    this.#changes = [];
  }

  #note(key: string): void {
    this.#changes.push({ at: this.#clock(), key, before: this.get(key) });
    if (this.#changes.length > MOST_CHANGES) this.#changes.shift();
  }
}
