import type { InitCommandFlags } from '../../commands/init.ts';
import { allowHost, org } from '../options.ts';
import { command } from '../spec.ts';

export const init = command<InitCommandFlags>({
  name: 'init',
  words: '[scopes...]',
  summary: 'set it all up: configuration and pipeline',
  options: [
    org,
    allowHost,
    { flags: '--ci <system>', description: 'the pipeline to make, such as github, or none' },
    { flags: '--max-age <duration>', description: 'replace tokens that are older (default: 90d)' },
    { flags: '--grace <duration>', description: 'how long the old one stays valid (default: 1h)' },
    { flags: '--name <pattern>', description: 'look for these names too', repeats: true },
    { flags: '--yes', description: 'ask nothing: take what is found' },
    { flags: '--dry-run', description: 'show what would be written' },
    {
      flags: '--sink-package <name>',
      description: 'make the package of a sink of your own instead, such as vercel',
    },
  ],
  examples: [
    { line: 'keyturn init', does: 'look around, ask, and write what was shown' },
    {
      line: 'keyturn init github:acme circleci:gh/acme --org acme --ci github --yes',
      does: 'the same without a terminal',
    },
    { line: 'keyturn init --sink-package vercel', does: 'make the folder keyturn-sink-vercel' },
  ],
  run: (words, flags, host) =>
    import('../../commands/init.ts').then(({ initCommand }) => initCommand(words, flags, host)),
});
