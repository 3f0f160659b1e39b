import type { Host } from '../host.ts';
import { describe, type Line } from './describe.ts';
import { detailedView } from './detailed.ts';
import { painter, type Paint } from './style.ts';
import { ticking } from './ticking.ts';
import { cut } from './width.ts';
import { hanging } from './wrap.ts';
import type { ProgressView } from './view.ts';

const MARKS = { done: '✔', failed: '✖', note: '•', status: '…' } as const;
const ERASE_LINE = '\r\u001B[2K';
/** Moves up, and erases that line. */
const ERASE_ABOVE = '\u001B[1A\u001B[2K';
/** Rows of the terminal that are left to what was written before. */
const KEPT_ROWS = 4;
const COLOURS = { done: 'green', failed: 'red', note: 'yellow', status: 'dim' } as const;

/**
 * On a terminal, lines with the current steps below them; otherwise, plain lines with the name of the rotation. With times if details are wanted.
 *
 * @param isSeveral whether rotations run at the same time: then each line names its own, and each has a line for its current step
 */
export function progressView(host: Host, isSeveral = false): ProgressView {
  if (host.verbosity === 'verbose' || host.verbosity === 'debug')
    return detailedView(host, isSeveral);
  if (!host.stderr.terminal) return plainView(host);
  return ticking(isSeveral ? severalView(host) : terminalView(host), host);
}

function plainView({ stderr: output, clock }: Host): ProgressView {
  return {
    show: (progress) => {
      const line = describe(progress, clock.now());
      if (line !== undefined && line.mark !== 'status')
        output.write(`${progress.rotation}: ${line.verb} ${line.text}\n`);
    },
    end: () => {},
    pause: () => {},
  };
}

function terminalView({ stderr: output, clock }: Host): ProgressView {
  const paint = painter(output);
  let rotation = '';
  let status = '';
  const pause = (): void => {
    output.write(status === '' ? '' : ERASE_LINE);
    status = '';
  };
  return {
    show: (progress) => {
      const line = describe(progress, clock.now(), true);
      if (line === undefined) return;
      const heading = progress.rotation === rotation ? '' : `${paint('bold', progress.rotation)}\n`;
      rotation = progress.rotation;
      const text = render(line, paint, output.columns);
      const erase = status === '' ? '' : ERASE_LINE;
      if (line.mark === 'status') {
        output.write(`${erase}${heading}${text}`);
        status = text;
      } else {
        output.write(`${erase}${heading}${text}\n${status}`);
      }
    },
    end: pause,
    pause,
  };
}

/** Below the lines, one more for each rotation under way, as many as there is room for. */
function severalView({ stderr: output, clock }: Host): ProgressView {
  const paint = painter(output);
  const running = new Map<string, Line>();
  let shown = 0;
  const erase = (): string => {
    const text = shown === 0 ? '' : `${ERASE_LINE}${ERASE_ABOVE.repeat(shown - 1)}`;
    shown = 0;
    return text;
  };
  const statuses = (): string => {
    const room = Math.max(1, (output.rows ?? 24) - KEPT_ROWS);
    const lines = [...running].slice(0, room).map(([name, line]) => show(name, line));
    if (running.size > room)
      lines.push(cut(`  … and ${running.size - room} more`, Math.max(20, output.columns - 1)));
    shown = lines.length;
    return lines.join('\n');
  };
  const show = (name: string, line: Line): string =>
    render({ ...line, text: `${name}: ${line.text}` }, paint, output.columns);
  return {
    show: (progress) => {
      const line = describe(progress, clock.now(), true);
      if (line === undefined) return;
      if (line.mark === 'status') running.set(progress.rotation, line);
      const above = line.mark === 'status' ? '' : `${show(progress.rotation, line)}\n`;
      output.write(`${erase()}${above}${statuses()}`);
    },
    end: (rotation) => {
      running.delete(rotation);
      output.write(`${erase()}${statuses()}`);
    },
    pause: () => output.write(erase()),
  };
}

function render({ mark, verb, text }: Line, paint: Paint, columns: number): string {
  const first = `  ${paint(COLOURS[mark], MARKS[mark])} ${verb.padEnd(10)} `;
  // Only one line can be erased.
  if (mark === 'status') return `${first}${cut(text, Math.max(20, columns - 16))}`;
  return hanging(text, columns, first, ' '.repeat(15)).join('\n');
}
