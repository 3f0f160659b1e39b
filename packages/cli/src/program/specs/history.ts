import { config, json } from '../options.ts';
import { command } from '../spec.ts';
import type { HistoryFlags } from '../../commands/history.ts';

export const history = command<HistoryFlags>({
  name: 'history',
  words: '[names...]',
  summary: 'check the ledgers, and show every past rotation',
  options: [
    config,
    { flags: '--limit <number>', description: 'only the newest rotations of each ledger' },
    {
      flags: '--metrics',
      description: 'the same as keyturn status --metrics',
      conflicts: ['json', 'limit'],
    },
    json,
  ],
  examples: [
    { line: 'keyturn history ci-github', does: 'show every past rotation, the newest last' },
    { line: 'keyturn history --limit 3', does: 'show the newest three of each ledger' },
  ],
  run: (names, flags, host) =>
    import('../../commands/history.ts').then(({ historyCommand }) =>
      historyCommand(names, flags, host),
    ),
});
