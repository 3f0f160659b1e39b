import { PassThrough } from 'node:stream';

import { describe, expect, it } from 'vitest';

import { askOn } from '../src/prompt/ask.ts';
import { agreed, promptsOf } from '../src/prompt/prompts.ts';

/** A host whose person types these answers. */
function scripted(...answers: readonly string[]) {
  const left = [...answers];
  let shown = '';
  const host = {
    ask: async (question: string) => {
      const answer = left.shift() ?? '';
      shown += `${question}${answer}\n`;
      return answer;
    },
    stderr: { write: (text: string) => (shown += text) },
  };
  const prompts = promptsOf(host as never);
  if (prompts === undefined) throw new Error('there is somebody to ask');
  return { prompts, shown: () => shown };
}

const choices = [
  { label: 'GitHub Actions', value: 'github' },
  { label: 'GitLab CI', value: 'gitlab' },
];

describe('questions', () => {
  it('are not asked where there is nobody', () => {
    expect(promptsOf({ ask: undefined } as never)).toBeUndefined();
  });

  it('take text, or the usual one for Enter', async () => {
    const { prompts, shown } = scripted('acme ', '', '');
    expect(await prompts.text('Organization')).toBe('acme');
    expect(await prompts.text('Maximum age', '90d')).toBe('90d');
    expect(shown()).toBe('Organization: acme \nMaximum age [90d]: \n');
  });

  it('say what is wrong with an answer, and ask again', async () => {
    const { prompts, shown } = scripted('', 'soon', '30d');
    const problem = (text: string) => (text === 'soon' ? 'Write it like 90d.' : undefined);
    expect(await prompts.text('Maximum age', undefined, problem)).toBe('30d');
    expect(shown()).toContain('  Enter a value.\n');
    expect(shown()).toContain('  Write it like 90d.\n');
  });

  it.each([
    ['y', true],
    ['YES', true],
    ['n', false],
    ['', true],
  ])('take %j for %s', async (answer, expected) => {
    expect(await scripted(answer).prompts.confirm('Write it?', true)).toBe(expected);
  });

  it('take the number of a choice, and Enter only where one is usual', async () => {
    const { prompts, shown } = scripted('', '2', '');
    expect(await prompts.choose('Which?', choices)).toBe('gitlab');
    expect(await prompts.choose('Which?', choices, 0)).toBe('github');
    expect(shown()).toBe(
      '  1) GitHub Actions\n  2) GitLab CI\nWhich? [1-2]: \n  Enter a number, 1-2.\nWhich? [1-2]: 2\n' +
        '  1) GitHub Actions\n  2) GitLab CI\nWhich? [1]: \n',
    );
  });

  it('end where no answer can be used', async () => {
    const { prompts } = scripted('maybe', '?', 'x', '0', '7');
    await expect(prompts.confirm('Write it?', false)).rejects.toMatchObject({
      code: 'USAGE_INVALID',
      effect: 'none',
    });
  });
});

describe('a question on a terminal', () => {
  const ask = (typed: string, signal = new AbortController().signal) => {
    const [input, output] = [new PassThrough(), new PassThrough()];
    const answer = askOn({ input, output, terminal: true }, 'Which? ', signal);
    input.write(typed);
    return answer;
  };

  it('takes a line', async () => {
    expect(await ask('two\r')).toBe('two');
  });

  it.each([
    ['Ctrl-C', '\u0003'],
    ['Ctrl-D', '\u0004'],
  ])('ends with %s as an interrupt, and not as a bug', async (_, key) => {
    await expect(ask(key)).rejects.toMatchObject({ code: 'INTERRUPTED', effect: 'none' });
  });

  it('ends with the program', async () => {
    const controller = new AbortController();
    const answer = ask('half', controller.signal);
    controller.abort();
    await expect(answer).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });
});

describe('a yes before something is ended for good', () => {
  it.each([
    ['y', true],
    [' YES ', true],
    ['', false],
    ['n', false],
    ['yep', false],
  ])('of %j is %s', async (answer, expected) => {
    expect(await agreed('End it?', { ask: async () => answer })).toBe(expected);
  });

  it('is not given where there is nobody', async () => {
    expect(await agreed('End it?', { ask: undefined })).toBe(false);
  });
});
