import { json } from '../options.ts';
import { command } from '../spec.ts';

export const adapters = command<{ readonly json?: boolean }>({
  name: 'adapters',
  summary: 'list the adapters that are installed, and those that could be',
  options: [json],
  examples: [
    { line: 'keyturn adapters', does: 'what is installed, and the lines that install the rest' },
    { line: 'keyturn adapters --json', does: 'the same as one document' },
  ],
  run: (_, flags, host) =>
    import('../../commands/adapters.ts').then(({ adaptersCommand }) =>
      adaptersCommand(flags, host),
    ),
});
