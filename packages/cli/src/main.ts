import { readFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import type { WriteStream } from 'node:tty';

import { printable, systemClock, systemRandom } from '@keyturn/core';

import { exitCodes, type ExitCode, worst } from './exit.ts';
import type { Host, Output } from './host.ts';
import { endedByCode, stalled, unexpectedOutside } from './messages.ts';
import { hasColour } from './output/colour.ts';
import { folded } from './output/fold.ts';
import { safe } from './output/safe.ts';
import { tell } from './output/tell.ts';
import { isForUsers } from './output/unverified.ts';
import { runProgram } from './program/program.ts';

/** Makes a writer for a stream. `onLost` is called once, with the code of the operating system, if writing fails. */
type WriterFor = (stream: WriteStream, onLost: (code: string) => void) => (text: string) => void;

/** The warnings of Node so far, and the listener that keeps them. */
interface EarlyWarnings {
  readonly warnings: readonly Error[];
  readonly keep: (warning: Error) => void;
}

/** How long the process waits for what is left behind, in milliseconds. */
const LINGER = 500;

/** Runs the program; the only place that reads the process. */
export async function main(
  program: 'keyturn' | 'rotate',
  writerFor: WriterFor,
  early: EarlyWarnings,
): Promise<void> {
  const interrupt = new AbortController();
  // Whether somebody was told why the process ends before its command.
  let isTold = false;
  const onSignal = (): void => {
    // A second interrupt exits at once, which is as safe as a kill.
    if (interrupt.signal.aborted) {
      isTold = true;
      process.exit(exitCodes.interrupted);
    }
    interrupt.abort();
  };
  // A closing terminal sends it more than once.
  const onHangUp = (): void => interrupt.abort();
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal).on('SIGHUP', onHangUp);
  const stderr = output(
    process.stderr,
    writerFor(process.stderr, () => {}),
  );
  // Nobody else has a new secret, so that it matters even if the reader went away.
  let hasSecret = false;
  const stdout = output(
    process.stdout,
    writerFor(process.stdout, (code) => onLost(code)),
    () => (hasSecret = true),
  );
  // What a configuration or an adapter prints must not end up among the results.
  process.stdout.write = process.stderr.write.bind(process.stderr);
  tellWarnings(early, stderr);
  let ended: ExitCode | undefined;
  let isLost = false;
  const endWith = (code: ExitCode): void => {
    process.exitCode = isLost ? worst([code, exitCodes.incomplete]) : code;
  };
  const onLost = (code: string): void => {
    if (code === 'EPIPE' && !hasSecret) return;
    isLost = true;
    void import('./output/lost.ts').then(({ tellLost }) => tellLost(code, hasSecret, stderr));
    // This can happen after the end of the run.
    if (ended !== undefined) endWith(ended);
  };
  const host: Host = {
    program,
    env: process.env,
    uid: process.geteuid?.(),
    directory: process.cwd(),
    programFolder: import.meta.dirname,
    stdout,
    stderr,
    warn: (text) => tell(text, stderr),
    annotate: (line) => stderr.write(line, 'command'),
    verbosity: 'normal',
    log: () => {},
    about,
    clock: systemClock,
    random: systemRandom,
    signal: interrupt.signal,
    owner: `${userName()}@${hostname()}`,
    ask:
      process.stdin.isTTY && process.stderr.isTTY
        ? (question) => ask(question, interrupt.signal)
        : undefined,
  };
  // Node would print the whole error, which may contain a request.
  process.on('uncaughtException', (error: unknown) => {
    const name = error instanceof Error ? error.name : typeof error;
    const { message, hint } = unexpectedOutside(name);
    tell(message, stderr, hint);
    isTold = true;
    process.exit(exitCodes.bug);
  });
  // If a promise of an adapter never settles, Node exits by itself as if all had gone well.
  process.exitCode = exitCodes.bug;
  const onStalled = (): void => {
    isTold = true;
    process.stderr.write(stalled());
  };
  process.once('beforeExit', onStalled);
  process.once('exit', () => {
    if (ended !== undefined || isTold) return;
    process.stderr.write(endedByCode());
    process.exitCode = exitCodes.bug;
  });
  ended = await run(process.argv.slice(2), host);
  endWith(ended);
  process.off('beforeExit', onStalled);
  process.off('SIGINT', onSignal).off('SIGTERM', onSignal).off('SIGHUP', onHangUp);
  endAnyway();
}

/** A configuration or an adapter may leave timers or connections behind. If nothing does, the process has ended by then. */
function endAnyway(): void {
  const end = (): void => {
    if (process.stdout.writableLength + process.stderr.writableLength > 0) endAnyway();
    else process.exit();
  };
  setTimeout(end, LINGER).unref();
}

/** Writes warnings of Node in the same form as all other messages. */
function tellWarnings({ warnings, keep }: EarlyWarnings, stderr: Output): void {
  const isDebugging = process.env['KEYTURN_DEBUG'] === '1' || process.argv.includes('--debug');
  const say = (warning: Error): void => {
    if (isDebugging || isForUsers(warning))
      tell(printable(`${warning.name}: ${warning.message}`), stderr);
  };
  process.off('warning', keep).on('warning', say);
  for (const warning of warnings) say(warning);
}

async function run([first, ...rest]: readonly string[], host: Host): Promise<ExitCode> {
  if (first === '__complete') {
    const { answerShell } = await import('./completion/answer.ts');
    await answerShell(rest, host);
    return exitCodes.done;
  }
  return runProgram(first === undefined ? [] : [first, ...rest], host);
}

/** @param onSecret called when a new secret is written */
function output(stream: WriteStream, write: (text: string) => void, onSecret?: () => void): Output {
  const terminal = stream.isTTY && process.env['TERM'] !== 'dumb';
  const colour = hasColour(process.env, terminal);
  return {
    write: (text, meant) => {
      if (meant === 'secret') onSecret?.();
      const shown = safe(text, terminal || colour, meant);
      // What a program reads, or what is to be copied, keeps its lines; JSON does anyway.
      const isText = stream.isTTY && meant === undefined && !shown.startsWith('{');
      write(isText ? folded(shown, stream.columns) : shown);
    },
    terminal,
    colour,
    get columns() {
      return stream.columns ?? 80;
    },
    get rows() {
      return stream.rows ?? 24;
    },
  };
}

function about(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  const { version } = JSON.parse(text) as { readonly version: string };
  return `keyturn ${version}, Node ${process.versions.node}, ${process.platform} ${process.arch}`;
}

async function ask(question: string, signal: AbortSignal): Promise<string> {
  const { askOn } = await import('./prompt/ask.ts');
  const { columns } = process.stderr;
  return askOn({ input: process.stdin, output: process.stderr }, folded(question, columns), signal);
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unknown';
  }
}
