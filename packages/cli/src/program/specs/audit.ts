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
    { flags: '--rule <id>', description: 'only this rule, by id or name', repeats: true },
    { flags: '--ignore <id>', description: 'all rules except this one', repeats: true },
    {
      flags: '--fail-on <severity>',
      description: 'the lowest severity that exits with 6 (default: warning)',
      // SARIF calls a problem an error.
      choices: [...severities, 'error', 'never'],
    },
    {
      flags: '--unused-after <duration>',
      description: 'report tokens that were not used for this long (default: 30d)',
    },
    {
      flags: '--expiring-within <duration>',
      description: 'report tokens that expire this soon (default: 14d)',
    },
    {
      flags: '--exclude <path>',
      description: 'do not search these files for secrets; a git pathspec: test/**',
      repeats: true,
    },
    {
      flags: '--gitleaks <file>',
      description: 'also use the findings of a JSON report of gitleaks',
    },
    { flags: '--sarif <file>', description: 'write a SARIF log for code scanning; - prints it' },
    {
      flags: '--summary <file>',
      description: 'append a Markdown summary; - prints it (default: the summary of the CI job)',
    },
    json,
  ],
  examples: [
    { line: 'keyturn audit', does: 'check everything that the credentials can read' },
    {
      line: 'keyturn audit --sarif keyturn.sarif --fail-on problem',
      does: 'for code scanning in a workflow; fail only on problems',
    },
    { line: 'keyturn audit --rule token-in-git', does: 'search this repository and its history' },
  ],
  run: (_, flags, host) =>
    import('../../commands/audit.ts').then(({ auditCommand }) => auditCommand(flags, host)),
});
