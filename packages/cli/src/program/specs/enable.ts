import { command } from '../spec.ts';
import { allowHost, config, json, org } from '../options.ts';
import type { EnableFlags } from '../../commands/enable.ts';

export const enable = command<EnableFlags>({
  name: 'enable',
  words: '<name>',
  summary: 'let replaced tokens work again that are only disabled',
  options: [
    config,
    org,
    { flags: '--token-id <id>', description: 'only this token' },
    allowHost,
    json,
  ],
  examples: [
    {
      line: 'keyturn enable ci-github',
      does: 'take back that the replaced token was disabled; its grace begins again',
    },
    { line: 'keyturn enable ci-github --json', does: 'the same as one document' },
  ],
  run: ([name = ''], flags, host) =>
    import('../../commands/enable.ts').then(({ enableCommand }) =>
      enableCommand(name, flags, host),
    ),
});
