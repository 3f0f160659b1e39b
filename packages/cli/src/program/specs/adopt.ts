import type { AdoptFlags } from '../../commands/adopt.ts';
import { allow, config, json, org } from '../options.ts';
import { command } from '../spec.ts';

export const adopt = command<AdoptFlags>({
  name: 'adopt',
  words: '<name>',
  summary: 'adopt the token in use, without replacing it now',
  options: [
    config,
    org,
    {
      flags: '--token-id <token-id>',
      description: 'the token in use; not needed if the sinks show it',
    },
    {
      flags: '--from <name>',
      description: 'the former name of a renamed rotation, to continue its ledger',
    },
    allow,
    json,
  ],
  examples: [
    {
      line: 'keyturn adopt ci-gitlab',
      does: 'GitLab shows the id, so nothing else is needed',
    },
    {
      line: 'keyturn adopt ci-github --token-id abc123def456',
      does: 'GitHub does not show secrets, so name the token',
    },
    {
      line: 'keyturn adopt ci-github --from ci',
      does: 'continue after renaming the rotation ci to ci-github',
    },
  ],
  run: (names, flags, host) =>
    import('../../commands/adopt.ts').then(({ adoptCommand }) => adoptCommand(names, flags, host)),
});
