import { config, json } from '../options.ts';
import { command } from '../spec.ts';
import type { HistoryFlags } from '../../commands/history.ts';

export const history = command<HistoryFlags>({
  name: 'history',
  words: '[names...]',
  summary: 'check the ledgers, and tell every rotation of the past',
  options: [
    config,
    { flags: '--limit <number>', description: 'only the newest of each' },
    {
      flags: '--metrics',
      description: 'as keyturn status --metrics',
      conflicts: ['json', 'limit'],
    },
    json,
  ],
  examples: [
    { line: 'keyturn history ci-github', does: 'every rotation, the newest last' },
    { line: 'keyturn history --limit 3', does: 'the newest three of each rotation' },
  ],
  run: (names, flags, host) =>
    import('../../commands/history.ts').then(({ historyCommand }) =>
      historyCommand(names, flags, host),
    ),
});
