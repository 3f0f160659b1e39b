import type { InitCommandFlags } from '../../commands/init.ts';
import { allowHost, issuerOptions, org } from '../options.ts';
import { command } from '../spec.ts';

export const init = command<InitCommandFlags>({
  name: 'init',
  words: '[scopes...]',
  summary: 'create the configuration and a pipeline',
  options: [
    ...issuerOptions,
    org,
    allowHost,
    {
      flags: '--ci <system>',
      description: 'the CI system of the pipeline, such as github, or none',
    },
    { flags: '--max-age <duration>', description: 'replace tokens older than this (default: 90d)' },
    {
      flags: '--grace <duration>',
      description: 'how long the old token stays valid (default: 1h)',
    },
    { flags: '--name <pattern>', description: 'also search for these names', repeats: true },
    { flags: '--yes', description: 'ask nothing; accept what is found' },
    { flags: '--dry-run', description: 'show what would be written' },
    {
      flags: '--sink-package <name>',
      description: 'create the package of a custom sink instead, such as vercel',
    },
  ],
  examples: [
    { line: 'keyturn init', does: 'search, ask, and write what was shown' },
    {
      line: 'keyturn init github:acme circleci:gh/acme --org acme --ci github --yes',
      does: 'the same without a terminal',
    },
    {
      line: 'keyturn init --issuer aws-iam --org ci',
      does: 'write rotations of access keys instead',
    },
    { line: 'keyturn init --sink-package vercel', does: 'create the folder keyturn-sink-vercel' },
  ],
  run: (words, flags, host) =>
    import('../../commands/init.ts').then(({ initCommand }) => initCommand(words, flags, host)),
});
