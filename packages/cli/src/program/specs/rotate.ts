import { rotating } from '../options.ts';
import { command } from '../spec.ts';
import type { RotateFlags } from '../../commands/rotate.ts';

export const rotate = command<RotateFlags>({
  name: 'rotate',
  words: '[names...]',
  summary: 'replace what is due, everywhere CI reads it',
  options: [
    ...rotating,
    {
      flags: '--grace <duration>',
      description: 'how long the old token stays valid; 0 revokes it in this run',
    },
    { flags: '--wait', description: 'wait for the grace to be over, then revoke' },
    { flags: '--force', description: 'rotate even what is not due' },
    { flags: '--break-glass', description: 'the token leaked: replace it now, without a grace' },
    {
      flags: '--revoke-first',
      description: 'with --break-glass: revoke it before it is replaced; jobs fail until then',
    },
    {
      flags: '--canary',
      description: 'let a job of each CI use the new token before the old is revoked',
    },
    { flags: '--dry-run', description: 'check everything, change nothing' },
  ],
  examples: [
    { line: 'keyturn rotate', does: 'do what is due for every rotation of the configuration' },
    {
      line: 'keyturn rotate --sink github:acme/web --org acme --replaces abc123def456',
      does: 'rotate without a configuration; the token in use is named once',
    },
  ],
  run: (names, flags, host) =>
    import('../../commands/rotate.ts').then(({ rotateCommand }) =>
      rotateCommand(names, flags, host),
    ),
});
