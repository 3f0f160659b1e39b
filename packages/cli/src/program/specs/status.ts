import { rotating } from '../options.ts';
import { command } from '../spec.ts';
import type { StatusFlags } from '../../commands/status.ts';

export const status = command<StatusFlags>({
  name: 'status',
  words: '[names...]',
  summary: 'tell how every rotation stands, from the ledgers',
  options: [
    ...rotating,
    { flags: '--check', description: 'exit with 6 where something needs attention' },
    {
      flags: '--watch',
      description: 'draw again every few seconds, until interrupted',
      conflicts: ['json', 'check', 'metrics', 'html'],
    },
    {
      flags: '--metrics',
      description: 'print OpenMetrics text, for Prometheus',
      conflicts: ['json'],
    },
    {
      flags: '--html <file>',
      description: 'write one page that loads and runs nothing; - prints it',
      conflicts: ['json', 'metrics'],
    },
  ],
  examples: [
    { line: 'keyturn status', does: 'show every rotation; no request is made' },
    { line: 'keyturn status --check', does: 'for monitors: exit with 6 where attention is due' },
    {
      line: 'keyturn status --metrics > keyturn.prom',
      does: "for the textfile collector of Prometheus's node exporter",
    },
  ],
  run: (names, flags, host) =>
    import('../../commands/status.ts').then(({ statusCommand }) =>
      statusCommand(names, flags, host),
    ),
});
