const HIDDEN = '[secret]';

/**
 * A value that can be delivered, but not printed.
 *
 * String conversion, JSON and `util.inspect` return `[secret]`. Only {@link Secret.reveal} returns the plaintext, so a search
 * for `.reveal(` finds all code that handles it.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** Returns the plaintext. Call it at the last moment, when the value is sent to its sink. */
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

/** Returns the plaintext of a {@link Secret}, or a string as it is. */
export function reveal(value: Secret | string): string {
  return typeof value === 'string' ? value : value.reveal();
}
