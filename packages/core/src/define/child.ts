import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';

/** Kills a program that was started with `detached`, and what it started. */
export function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // The group is gone, or this is Windows, which has no process groups.
    child.kill('SIGKILL');
  }
}

/**
 * Keeps the start of an output.
 *
 * @param most bytes
 * @param full called when there is more
 * @returns reads what was kept
 */
export function keepStart(
  stream: Readable | null | undefined,
  most: number,
  full = (): void => {},
): () => Buffer {
  const chunks: Buffer[] = [];
  let size = 0;
  stream?.on('error', () => {});
  stream?.on('data', (chunk: Buffer) => {
    if (size < most) chunks.push(chunk.subarray(0, most - size));
    size += chunk.length;
    if (size > most) full();
  });
  return () => Buffer.concat(chunks);
}
