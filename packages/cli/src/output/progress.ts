import type { Clock, Progress } from '@keyturn/core';

import type { Output } from '../host.ts';
import { describe, type Line } from './describe.ts';
import { painter, type Paint } from './style.ts';

/** Shows what happens while it happens. */
export interface ProgressView {
  readonly show: (progress: Progress) => void;
  /** Takes away what was only shown meanwhile. */
  readonly end: () => void;
}

const MARKS = { done: '✔', failed: '✖', note: '•', status: '…' } as const;
const COLOURS = { done: 'green', failed: 'red', note: 'yellow', status: 'dim' } as const;

/** On a terminal, lines with the current step below them; elsewhere, plain lines that name their rotation. */
export function progressView(output: Output, clock: Clock): ProgressView {
  return output.terminal ? terminalView(output, clock) : plainView(output, clock);
}

/** What nobody watches. */
export const silentView: ProgressView = { show: () => {}, end: () => {} };

function plainView(output: Output, clock: Clock): ProgressView {
  return {
    show: (progress) => {
      const line = describe(progress, clock.now());
      if (line !== undefined && line.mark !== 'status')
        output.write(`${progress.rotation}: ${line.verb} ${line.text}\n`);
    },
    end: () => {},
  };
}

function terminalView(output: Output, clock: Clock): ProgressView {
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
  const room = Math.max(20, columns - 16);
  const fitting = mark === 'status' && text.length > room ? `${text.slice(0, room - 1)}…` : text;
  return `  ${paint(COLOURS[mark], MARKS[mark])} ${verb.padEnd(10)} ${fitting}`;
}
