import { command } from '../spec.ts';
import { config, json } from '../options.ts';
import type { ReleasedFlags } from '../../commands/released.ts';

export const released = command<ReleasedFlags>({
  name: 'released',
  words: '<name>',
  summary: 'record that jobs of the sinks were deployed anew',
  options: [
    config,
    { flags: '--sink <target>', description: 'only this sink, as status shows it' },
    json,
  ],
  examples: [
    {
      line: 'keyturn released ci-github',
      does: 'after a deployment: the grace of the replaced token begins',
    },
    {
      line: 'keyturn released ci-github --sink github:acme/web',
      does: 'the same for one sink',
    },
  ],
  run: ([name = ''], flags, host) =>
    import('../../commands/released.ts').then(({ releasedCommand }) =>
      releasedCommand(name, flags, host),
    ),
});
