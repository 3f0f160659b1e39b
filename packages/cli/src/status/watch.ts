import { exitCodes, type ExitCode } from '../exit.ts';
import type { Host } from '../host.ts';
import { watchWithoutTerminal } from '../messages.ts';
import { broken } from '../output/fold.ts';
import { painter } from '../output/style.ts';

const EVERY = 3000;
/** Switches to the alternate screen, without cursor and automatic line breaks, and back. */
const ENTER = '\u001B[?1049h\u001B[?25l\u001B[?7l';
const LEAVE = '\u001B[?7h\u001B[?25h\u001B[?1049l';

/**
 * Refreshes every few seconds until interrupted; the last state stays on the screen.
 *
 * @throws {KeyturnError} `USAGE_INVALID` without a terminal
 */
export async function watch(host: Host, draw: () => Promise<string>): Promise<ExitCode> {
  const { stdout, clock, signal } = host;
  if (!stdout.terminal) throw watchWithoutTerminal();
  const paint = painter(stdout);
  let drawing = '';
  stdout.write(ENTER);
  try {
    while (!signal.aborted) {
      drawing = await draw();
      const time = new Date(clock.now()).toISOString().slice(11, 19);
      const head = paint('dim', `${time} UTC, refreshed every ${EVERY / 1000} s; stop with Ctrl-C`);
      // Clear each line before it is written: clearing after it would remove the last character of a full line.
      const all = [head, ...drawing.split('\n')].flatMap((line) => broken(line, stdout.columns));
      const lines = fit(all, stdout.rows ?? 24);
      stdout.write(`\u001B[H${lines.map((line) => `\u001B[K${line}`).join('\r\n')}\u001B[J`);
      await clock.sleep(EVERY, signal).catch(() => {});
    }
  } finally {
    stdout.write(LEAVE);
  }
  stdout.write(`${drawing}\n`);
  return exitCodes.interrupted;
}

/** Counts the lines that do not fit on the terminal. */
function fit(lines: readonly string[], rows: number): readonly string[] {
  if (lines.length <= rows) return lines;
  const shown = lines.slice(0, Math.max(0, rows - 1));
  return [...shown, `… ${lines.length - shown.length} more lines: name the rotations to show`];
}
