/**
 * The locks that this process has. One that names this process and is not among them is left from a call whose answer was lost: it ends
 * with its lease, although the process lives on.
 */
const writers = new Set<string>();

export function keepAlive(writer: string): void {
  writers.add(writer);
}

export function letGo(writer: string): void {
  writers.delete(writer);
}

export function isAlive(writer: string): boolean {
  return writers.has(writer);
}
