import { rotateCommand, type RotateFlags } from '../../commands/rotate.ts';
import { jobs, rotating } from '../options.ts';
import { command } from '../spec.ts';

export const rotate = command<RotateFlags>({
  name: 'rotate',
  words: '[names...]',
  summary: 'replace the tokens that are due, everywhere CI reads them',
  options: [
    ...rotating,
    {
      flags: '--grace <duration>',
      description: 'how long the old token stays valid; 0 revokes it in this run',
    },
    { flags: '--wait', description: 'wait until the grace period is over, then revoke' },
    { flags: '--force', description: 'also rotate what is not due' },
    {
      flags: '--break-glass',
      description: 'the token leaked: replace it now, without a grace period',
    },
    {
      flags: '--revoke-first',
      description:
        'with --break-glass: revoke the token before it is replaced; jobs fail meanwhile',
    },
    {
      flags: '--canary',
      description: 'run a job of each CI with the new token before the old one is revoked',
    },
    { flags: '--dry-run', description: 'check everything, change nothing' },
    jobs,
    {
      flags: '--events <file>',
      description: 'append what happens to a file, one JSON document per line; - for stdout',
    },
  ],
  examples: [
    { line: 'keyturn rotate', does: 'do what is due for every rotation of the configuration' },
    {
      line: 'keyturn rotate --sink github:acme/web --org acme --replaces abc123def456',
      does: 'rotate without a configuration; name the token in use once',
    },
  ],
  run: (names, flags, host) => rotateCommand(names, flags, host),
});
