import type { AdoptFlags } from '../../commands/adopt.ts';
import { allow, config, json, org } from '../options.ts';
import { command } from '../spec.ts';

export const adopt = command<AdoptFlags>({
  name: 'adopt',
  words: '<name>',
  summary: 'take over the token in use, without replacing it now',
  options: [
    config,
    org,
    {
      flags: '--token-id <token-id>',
      description: 'the token; found by itself where sinks show it',
    },
    {
      flags: '--from <name>',
      description: 'the rotation was renamed: go on with the ledger of its former name',
    },
    allow,
    json,
  ],
  examples: [
    {
      line: 'keyturn adopt ci-gitlab',
      does: 'GitLab shows the id: the token is replaced when it is due',
    },
    {
      line: 'keyturn adopt ci-github --token-id abc123def456',
      does: 'GitHub shows no secret: the token is named',
    },
    {
      line: 'keyturn adopt ci-github --from ci',
      does: 'the rotation ci is called ci-github now',
    },
  ],
  run: (names, flags, host) =>
    import('../../commands/adopt.ts').then(({ adoptCommand }) => adoptCommand(names, flags, host)),
});
