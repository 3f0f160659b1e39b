import { rotating } from '../options.ts';
import { command } from '../spec.ts';
import type { StatusFlags } from '../../commands/status.ts';

export const status = command<StatusFlags>({
  name: 'status',
  words: '[names...]',
  summary: 'show the status of every rotation, from the ledgers',
  options: [
    ...rotating,
    { flags: '--check', description: 'exit with 6 if something needs attention' },
    {
      flags: '--watch',
      description: 'refresh every few seconds until interrupted',
      conflicts: ['json', 'check', 'metrics', 'html'],
    },
    {
      flags: '--metrics',
      description: 'print OpenMetrics text for Prometheus',
      conflicts: ['json'],
    },
    {
      flags: '--html <file>',
      description: 'write a static HTML page; - prints it',
      conflicts: ['json', 'metrics'],
    },
  ],
  examples: [
    { line: 'keyturn status', does: 'show every rotation, without a request' },
    {
      line: 'keyturn status --check',
      does: 'for monitoring: exit with 6 if something needs attention',
    },
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
