type Check = () => Promise<void>;

const checks = new WeakMap<AbortSignal, Check>();

/**
 * Has `check` asked right before each request that changes something and belongs to this signal. A delivery may be several
 * requests, and a process that is stopped between two of them must not go on with the next when it wakes up overtaken.
 */
export function guardWrites(signal: AbortSignal, check: Check): void {
  checks.set(signal, check);
}

/**
 * Resolves where the run that the signal belongs to may still change something. `@keyturn/http` asks by itself; a sink that
 * writes by other means asks before each write.
 *
 * @throws {KeyturnError} `STATE_LOST` where another run has taken over
 */
export async function confirmWrite(signal: AbortSignal | undefined): Promise<void> {
  if (signal !== undefined) await checks.get(signal)?.();
}
