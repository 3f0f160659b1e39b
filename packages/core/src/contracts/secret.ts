const HIDDEN = '[secret]';

/**
 * A value that may be delivered but never printed.
 *
 * String conversion, JSON and `util.inspect` all give `[secret]`. {@link Secret.reveal} is the only
 * way out, so a search for `.reveal(` lists every place that handles plaintext.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** Returns the plaintext. Call it at the last moment, where the value leaves for its sink. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return HIDDEN;
  }

  toJSON(): string {
    return HIDDEN;
  }

  [Symbol.toPrimitive](): string {
    return HIDDEN;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return HIDDEN;
  }
}

/** Returns the plaintext of a {@link Secret}, or a plain string as it is. */
export function reveal(value: Secret | string): string {
  return typeof value === 'string' ? value : value.reveal();
}
