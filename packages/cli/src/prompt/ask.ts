import { createInterface } from 'node:readline/promises';
import type { Readable, Writable } from 'node:stream';

import { KeyturnError } from '@keyturn/core';

/**
 * Asks one question on a terminal.
 *
 * @throws {KeyturnError} `INTERRUPTED` where it is ended instead of answered: by Ctrl-C, Ctrl-D or the signal
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
    throw new KeyturnError('INTERRUPTED', 'the question was not answered', {
      hint: 'Run it again.',
      effect: 'none',
    });
  } finally {
    lines.close();
  }
}
