import { json } from '../options.ts';
import { command } from '../spec.ts';

export const adapters = command<{ readonly json?: boolean }>({
  name: 'adapters',
  summary: 'list the installed adapters, and those that you can install',
  options: [json],
  examples: [
    { line: 'keyturn adapters', does: 'list what is installed, and how to install the rest' },
    { line: 'keyturn adapters --json', does: 'the same as one document' },
  ],
  run: (_, flags, host) =>
    import('../../commands/adapters.ts').then(({ adaptersCommand }) =>
      adaptersCommand(flags, host),
    ),
});
