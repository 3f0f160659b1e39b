/** The time and the randomness of a sandbox, passed in so that tests need not wait or guess. */
export interface Runtime {
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** A number in [0, 1). Nothing that a sandbox holds is worth a better source. */
  readonly random: () => number;
}

const LOWER = 'abcdefghijklmnopqrstuvwxyz0123456789';
const MIXED = `${LOWER}ABCDEFGHIJKLMNOPQRSTUVWXYZ`;

/** An id such as `a1b2c3d4e5f6`: lower-case letters and digits. */
export function randomId(runtime: Runtime, length = 12): string {
  return randomText(runtime, length, LOWER);
}

/** The body of a secret: letters and digits. */
export function randomSecret(runtime: Runtime, length: number): string {
  return randomText(runtime, length, MIXED);
}

/** The time now as ISO 8601 with milliseconds, in UTC. */
export function now(runtime: Runtime): string {
  return new Date(runtime.clock()).toISOString();
}

/** Text of an alphabet. */
export function randomText(runtime: Runtime, length: number, alphabet: string): string {
  return Array.from(
    { length },
    () => alphabet[Math.floor(runtime.random() * alphabet.length)],
  ).join('');
}
