import type { AuditFlags } from '../../commands/audit.ts';
import { allowHost, config, json, org, sink } from '../options.ts';
import { command } from '../spec.ts';
import { severities } from '@keyturn/host/status';

export const audit = command<AuditFlags>({
  name: 'audit',
  summary: 'find tokens that are old, shared, unused, unmanaged or in git',
  options: [
    config,
    sink,
    org,
    allowHost,
    { flags: '--rule <id>', description: 'only this rule, by its id or name', repeats: true },
    { flags: '--ignore <id>', description: 'every rule but this one', repeats: true },
    {
      flags: '--fail-on <severity>',
      description: 'from which severity on to exit with 6 (default: warning)',
      // SARIF's word for a problem is known as well.
      choices: [...severities, 'error', 'never'],
    },
    {
      flags: '--unused-after <duration>',
      description: 'how long a token may go without use (default: 30d)',
    },
    {
      flags: '--expiring-within <duration>',
      description: 'how soon a token may expire (default: 14d)',
    },
    {
      flags: '--exclude <path>',
      description: "what not to search for secrets, as git's pathspec: test/**",
      repeats: true,
    },
    { flags: '--sarif <file>', description: 'write a SARIF log, for code scanning' },
    {
      flags: '--summary <file>',
      description: 'append a Markdown summary (default: $GITHUB_STEP_SUMMARY)',
    },
    json,
  ],
  examples: [
    { line: 'keyturn audit', does: 'look at everything that there are credentials for' },
    {
      line: 'keyturn audit --sarif keyturn.sarif --fail-on problem',
      does: 'in a workflow: for code scanning, failing on the worst alone',
    },
    { line: 'keyturn audit --rule token-in-git', does: 'search this repository and its history' },
  ],
  run: (_, flags, host) =>
    import('../../commands/audit.ts').then(({ auditCommand }) => auditCommand(flags, host)),
});
