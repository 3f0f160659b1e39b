import { KeyturnError } from '@keyturn/core';

import { exitCodes, type ExitCode } from '../exit.ts';
import type { Host } from '../host.ts';
import { painter } from '../output/style.ts';

const EVERY = 3000;
/** The other screen, without cursor and line breaks of its own, and back. */
const ENTER = '\u001B[?1049h\u001B[?25l\u001B[?7l';
const LEAVE = '\u001B[?7h\u001B[?25h\u001B[?1049l';

/**
 * Draws again every few seconds until it is interrupted; the last drawing stays.
 *
 * @throws {KeyturnError} `USAGE_INVALID` where there is no terminal
 */
export async function watch(host: Host, draw: () => Promise<string>): Promise<ExitCode> {
  const { stdout, clock, signal } = host;
  if (!stdout.terminal)
    throw new KeyturnError('USAGE_INVALID', '--watch needs a terminal to draw on', {
      hint: 'Leave it out to get the status once; --check, --json and --metrics are for monitors.',
      effect: 'none',
    });
  const paint = painter(stdout);
  let drawing = '';
  stdout.write(ENTER);
  try {
    while (!signal.aborted) {
      drawing = await draw();
      const time = new Date(clock.now()).toISOString().slice(11, 19);
      const head = paint('dim', `${time} UTC, drawn again every ${EVERY / 1000} s until Ctrl-C`);
      // A line is cleared before it is written: one that is as wide as the terminal would lose its last character after.
      const lines = fit([head, ...drawing.split('\n')], stdout.rows ?? 24);
      stdout.write(`\u001B[H${lines.map((line) => `\u001B[K${line}`).join('\r\n')}\u001B[J`);
      await clock.sleep(EVERY, signal).catch(() => {});
    }
  } finally {
    stdout.write(LEAVE);
  }
  stdout.write(`${drawing}\n`);
  return exitCodes.interrupted;
}

/** What the terminal has no room for is counted. */
function fit(lines: readonly string[], rows: number): readonly string[] {
  if (lines.length <= rows) return lines;
  const shown = lines.slice(0, Math.max(0, rows - 1));
  return [...shown, `… ${lines.length - shown.length} more lines: name the rotations to see`];
}
