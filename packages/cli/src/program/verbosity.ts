import { printable } from '@keyturn/core';

import type { Host, Output, Verbosity } from '../host.ts';
import { painter } from '../output/style.ts';
import type { OptionSpec } from './spec.ts';

/** The options of every command. */
export const verbosityOptions: readonly OptionSpec[] = [
  {
    flags: '--quiet',
    description: 'print only results and errors',
    conflicts: ['verbose', 'debug'],
  },
  { flags: '--verbose', description: 'print each step with its sinks and time' },
  { flags: '--debug', description: 'print requests, ledger events and times; never a secret' },
];

const MOST = 2000;
const levels: readonly Verbosity[] = ['quiet', 'normal', 'verbose', 'debug'];

/** The verbosity, by an option or else by `KEYTURN_DEBUG=1`. */
export function verbosityOf(
  flags: { readonly quiet?: boolean; readonly verbose?: boolean; readonly debug?: boolean },
  { env }: Host,
): Verbosity {
  if (flags.debug === true) return 'debug';
  if (flags.verbose === true) return 'verbose';
  if (flags.quiet === true) return 'quiet';
  return env['KEYTURN_DEBUG'] === '1' ? 'debug' : 'normal';
}

/** The host for a command with this verbosity. */
export function withVerbosity(host: Host, verbosity: Verbosity): Host {
  const startedAt = host.clock.now();
  const { stderr } = host;
  const log: Host['log'] = (level, topic, text) => {
    if (levels.indexOf(level) > levels.indexOf(verbosity)) return;
    const seconds = ((host.clock.now() - startedAt) / 1000).toFixed(3).padStart(8);
    const line = `${printable(topic).padEnd(10)} ${printable(text, MOST)}`;
    stderr.write(`${painter(stderr)('dim', `${seconds} s`)}  ${line}\n`);
  };
  const seen = { ...host, verbosity, log };
  if (verbosity === 'debug') return { ...seen, trace: (topic, text) => log('debug', topic, text) };
  if (verbosity !== 'quiet') return seen;
  return {
    ...seen,
    stderr: silent(stderr),
    warn: () => {},
    // A quiet command writes nothing for a runner to read.
    annotate: undefined,
    loud: stderr,
    // Nor does it ask questions, which would be half hidden.
    ask: undefined,
  };
}

function silent(output: Output): Output {
  return { ...output, write: () => {} };
}
