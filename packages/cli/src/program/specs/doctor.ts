import type { DoctorFlags } from '../../commands/doctor.ts';
import { allow, config, json, org, sink } from '../options.ts';
import { command } from '../spec.ts';

export const doctor = command<DoctorFlags>({
  name: 'doctor',
  summary: 'find out why something does not work, and what to do',
  options: [
    config,
    sink,
    org,
    allow,
    {
      flags: '--token-id <id>',
      description: 'find out where this token is, and why it is not listed',
    },
    { flags: '--security', description: 'how this set-up is secured, too' },
    {
      flags: '--timeout <duration>',
      description: 'how long to wait for hosts that do not answer (default: 20s)',
    },
    json,
  ],
  examples: [
    {
      line: 'keyturn doctor',
      does: 'look at everything and change nothing; exit with 6 on a problem',
    },
    {
      line: 'keyturn doctor --token-id abc123def456',
      does: 'for a token that is missing from the list, or that a job was refused with',
    },
    {
      line: 'keyturn doctor --security',
      does: 'who could forge ledgers, what is not pinned, what may do too much',
    },
    {
      line: 'keyturn doctor --sink github:acme/web --org acme',
      does: 'before the first rotation, without a configuration',
    },
  ],
  run: (_, flags, host) =>
    import('../../commands/doctor.ts').then(({ doctorCommand }) => doctorCommand(flags, host)),
});
