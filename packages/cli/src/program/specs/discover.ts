import type { DiscoverFlags } from '../../commands/discover.ts';
import { allowHost, config, issuerOptions, json, org } from '../options.ts';
import { command } from '../spec.ts';

export const discover = command<DiscoverFlags>({
  name: 'discover',
  words: '[scopes...]',
  summary: 'find where the secrets are used; write the configuration',
  options: [
    config,
    ...issuerOptions,
    org,
    allowHost,
    {
      flags: '--name <pattern>',
      description: 'also search for these names: MY_*_TOKEN',
      repeats: true,
    },
    { flags: '--write', description: 'create or extend the configuration' },
    { flags: '--yes', description: 'do not ask before changing it' },
    json,
  ],
  examples: [
    {
      line: 'keyturn discover github:acme gitlab:acme circleci:gh/acme',
      does: 'search whole organizations; change nothing',
    },
    {
      line: 'keyturn discover --write',
      does: "search around git's remote and in env files; write what is found",
    },
  ],
  run: (scopes, flags, host) =>
    import('../../commands/discover.ts').then(({ discoverCommand }) =>
      discoverCommand(scopes, flags, host),
    ),
});
