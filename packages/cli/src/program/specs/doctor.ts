import type { DoctorFlags } from '../../commands/doctor.ts';
import { allow, config, json, org, sink } from '../options.ts';
import { command } from '../spec.ts';

export const doctor = command<DoctorFlags>({
  name: 'doctor',
  summary: 'find out why something does not work, and how to fix it',
  options: [
    config,
    sink,
    org,
    allow,
    {
      flags: '--token-id <id>',
      description: 'find out where this token is, and why the list lacks it',
    },
    { flags: '--security', description: 'also check the security of this setup' },
    {
      flags: '--timeout <duration>',
      description: 'how long to wait for a host (default: 20s)',
    },
    json,
  ],
  examples: [
    {
      line: 'keyturn doctor',
      does: 'check everything, change nothing; exit with 6 on a problem',
    },
    {
      line: 'keyturn doctor --token-id abc123def456',
      does: 'for a token that is not listed, or that a job cannot use',
    },
    {
      line: 'keyturn doctor --security',
      does: 'find what could be forged, is not pinned, or may do too much',
    },
    {
      line: 'keyturn doctor --sink github:acme/web --org acme',
      does: 'check before the first rotation, without a configuration',
    },
  ],
  run: (_, flags, host) =>
    import('../../commands/doctor.ts').then(({ doctorCommand }) => doctorCommand(flags, host)),
});
