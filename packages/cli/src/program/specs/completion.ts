import { command } from '../spec.ts';

export const completion = command({
  name: 'completion',
  words: '<shell>',
  choices: ['bash', 'zsh', 'fish'],
  summary: 'print the completion script for a shell',
  options: [],
  examples: [
    {
      line: 'eval "$(keyturn completion bash)"',
      does: 'complete in this shell; the same works for zsh',
    },
    {
      line: 'keyturn completion fish > ~/.config/fish/completions/keyturn.fish',
      does: 'complete in every new fish shell',
    },
  ],
  run: ([shell = ''], _, host) =>
    import('../../commands/completion.ts').then(({ completionCommand }) =>
      completionCommand(shell, host),
    ),
});
