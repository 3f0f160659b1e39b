import type { DiscoverFlags } from '../../commands/discover.ts';
import { allowHost, config, json, org } from '../options.ts';
import { command } from '../spec.ts';

export const discover = command<DiscoverFlags>({
  name: 'discover',
  words: '[scopes...]',
  summary: 'find where the secrets are used, and write it down',
  options: [
    config,
    org,
    allowHost,
    {
      flags: '--name <pattern>',
      description: 'look for these names too: MY_*_TOKEN',
      repeats: true,
    },
    { flags: '--write', description: 'write or extend the configuration' },
    { flags: '--yes', description: 'do not ask before it is overwritten' },
    json,
  ],
  examples: [
    {
      line: 'keyturn discover github:acme gitlab:acme circleci:gh/acme',
      does: 'look through whole organizations; nothing is changed',
    },
    {
      line: 'keyturn discover --write',
      does: "look where git's remote leads and in env files here, then write it down",
    },
  ],
  run: (scopes, flags, host) =>
    import('../../commands/discover.ts').then(({ discoverCommand }) =>
      discoverCommand(scopes, flags, host),
    ),
});
