import { command } from '../spec.ts';

export const completion = command({
  name: 'completion',
  words: '<shell>',
  choices: ['bash', 'zsh', 'fish'],
  summary: 'print the script that completes keyturn in a shell',
  options: [],
  examples: [
    { line: 'eval "$(keyturn completion bash)"', does: 'complete in this bash; zsh alike' },
    {
      line: 'keyturn completion fish > ~/.config/fish/completions/keyturn.fish',
      does: 'complete in every fish from now on',
    },
  ],
  run: ([shell = ''], _, host) =>
    import('../../commands/completion.ts').then(({ completionCommand }) =>
      completionCommand(shell, host),
    ),
});
