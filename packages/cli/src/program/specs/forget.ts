import { command } from '../spec.ts';
import { config, json } from '../options.ts';
import type { ForgetFlags } from '../../commands/forget.ts';

export const forget = command<ForgetFlags>({
  name: 'forget',
  words: '<name>',
  summary: 'take your word that a sink holds no token any more',
  options: [
    config,
    { flags: '--sink <target>', description: 'the sink, as status shows it', required: true },
    { flags: '--yes', description: 'do not ask' },
    json,
  ],
  examples: [
    {
      line: 'keyturn forget ci-github --sink github:acme/old',
      does: 'ask, then let go of a repository that is gone',
    },
    {
      line: 'keyturn forget ci-github --sink github:acme/old --yes',
      does: 'let go of it without being asked',
    },
  ],
  run: ([name = ''], flags, host) =>
    import('../../commands/forget.ts').then(({ forgetCommand }) =>
      forgetCommand(name, flags, host),
    ),
});
