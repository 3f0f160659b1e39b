import { command } from '../spec.ts';

export const completion = command({
  name: 'completion',
  words: '<action> [shell]',
  choices: ['install', 'uninstall', 'bash', 'zsh', 'fish'],
  summary: 'complete commands in your shell, or print the script for it',
  options: [],
  examples: [
    {
      line: 'keyturn completion install',
      does: 'complete in every new shell; or name bash, zsh or fish',
    },
    { line: 'keyturn completion uninstall', does: 'take that back' },
    {
      line: 'eval "$(keyturn completion bash)"',
      does: 'complete in this shell only; the same works for zsh',
    },
  ],
  run: (words, _, host) =>
    import('../../commands/completion.ts').then(({ completionCommand }) =>
      completionCommand(words, host),
    ),
});
