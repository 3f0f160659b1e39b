import { createInterface } from 'node:readline/promises';
import type { Readable, Writable } from 'node:stream';

import { questionInterrupted } from '../messages.ts';

/**
 * Asks one question on a terminal.
 *
 * @throws {KeyturnError} `INTERRUPTED` by Ctrl-C, Ctrl-D or the signal
 */
export async function askOn(
  { input, output, terminal }: { input: Readable; output: Writable; terminal?: boolean },
  question: string,
  signal: AbortSignal,
): Promise<string> {
  const lines = createInterface({ input, output, ...(terminal !== undefined && { terminal }) });
  try {
    return await lines.question(question, { signal });
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'AbortError') throw error;
    output.write('\n');
    throw questionInterrupted();
  } finally {
    lines.close();
  }
}
