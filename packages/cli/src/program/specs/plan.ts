import { jobs, rotating } from '../options.ts';
import { command } from '../spec.ts';
import type { RotateFlags } from '../../commands/rotate.ts';

export const plan = command<RotateFlags>({
  name: 'plan',
  words: '[names...]',
  summary: 'show what rotate would do; change nothing',
  options: [...rotating, { flags: '--force', description: 'also plan what is not due' }, jobs],
  examples: [
    { line: 'keyturn plan', does: 'check every rotation that is due, and list the steps' },
    { line: 'keyturn plan ci-github --force', does: 'check one rotation, due or not' },
  ],
  run: (names, flags, host) =>
    import('../../commands/plan.ts').then(({ planCommand }) => planCommand(names, flags, host)),
});
