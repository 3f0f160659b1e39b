import { command } from '../spec.ts';

export const init = command<{ readonly sinkPackage?: string }>({
  name: 'init',
  words: '[words...]',
  summary: 'make the package of a sink of your own',
  options: [{ flags: '--sink-package <name>', description: 'its kind, such as vercel' }],
  examples: [
    { line: 'keyturn init --sink-package vercel', does: 'make the folder keyturn-sink-vercel' },
    { line: 'keyturn init --sink-package my-vault', does: 'a kind may have dashes' },
  ],
  run: (words, flags, host) =>
    import('../../commands/init.ts').then(({ initCommand }) => initCommand(words, flags, host)),
});
