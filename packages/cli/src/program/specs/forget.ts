import { command } from '../spec.ts';
import { config, json } from '../options.ts';
import type { ForgetFlags } from '../../commands/forget.ts';

export const forget = command<ForgetFlags>({
  name: 'forget',
  words: '<name>',
  summary: 'record that a sink no longer contains any token',
  options: [
    config,
    { flags: '--sink <target>', description: 'the sink, as status shows it', required: true },
    { flags: '--yes', description: 'do not ask' },
    json,
  ],
  examples: [
    {
      line: 'keyturn forget ci-github --sink github:acme/old',
      does: 'ask, then forget a repository that was deleted',
    },
    {
      line: 'keyturn forget ci-github --sink github:acme/old --yes',
      does: 'forget it without a question',
    },
  ],
  run: ([name = ''], flags, host) =>
    import('../../commands/forget.ts').then(({ forgetCommand }) =>
      forgetCommand(name, flags, host),
    ),
});
