import type { Host } from '../host.ts';
import { describe, type Line } from './describe.ts';
import { detailedView } from './detailed.ts';
import { painter, type Paint } from './style.ts';
import { cut } from './width.ts';
import { hanging } from './wrap.ts';
import type { ProgressView } from './view.ts';

const MARKS = { done: '✔', failed: '✖', note: '•', status: '…' } as const;
const COLOURS = { done: 'green', failed: 'red', note: 'yellow', status: 'dim' } as const;

/** On a terminal, lines with the current step below them; otherwise, plain lines with the name of the rotation. With times if details are wanted. */
export function progressView(host: Host): ProgressView {
  if (host.verbosity === 'verbose' || host.verbosity === 'debug') return detailedView(host);
  return host.stderr.terminal ? terminalView(host) : plainView(host);
}

function plainView({ stderr: output, clock }: Host): ProgressView {
  return {
    show: (progress) => {
      const line = describe(progress, clock.now());
      if (line !== undefined && line.mark !== 'status')
        output.write(`${progress.rotation}: ${line.verb} ${line.text}\n`);
    },
    end: () => {},
  };
}

function terminalView({ stderr: output, clock }: Host): ProgressView {
  const paint = painter(output);
  let rotation = '';
  let status = '';
  const erase = (): string => (status === '' ? '' : '\r\u001B[2K');
  return {
    show: (progress) => {
      const line = describe(progress, clock.now());
      if (line === undefined) return;
      const heading = progress.rotation === rotation ? '' : `${paint('bold', progress.rotation)}\n`;
      rotation = progress.rotation;
      const text = render(line, paint, output.columns);
      if (line.mark === 'status') {
        output.write(`${erase()}${heading}${text}`);
        status = text;
      } else {
        output.write(`${erase()}${heading}${text}\n${status}`);
      }
    },
    end: () => {
      output.write(erase());
      status = '';
    },
  };
}

function render({ mark, verb, text }: Line, paint: Paint, columns: number): string {
  const first = `  ${paint(COLOURS[mark], MARKS[mark])} ${verb.padEnd(10)} `;
  // Only one line can be erased.
  if (mark === 'status') return `${first}${cut(text, Math.max(20, columns - 16))}`;
  return hanging(text, columns, first, ' '.repeat(15)).join('\n');
}
