import type { Host } from '../host.ts';
import { answerMissing, answerNumber, answerYesOrNo, notAnswered } from '../messages.ts';

/** One of several answers. */
interface Choice<Value> {
  readonly label: string;
  readonly value: Value;
}

/** Questions to the user, each with a default answer for Enter alone. */
export interface Prompts {
  /** Any text that `problem` accepts. */
  text(
    question: string,
    usual?: string,
    problem?: (answer: string) => string | undefined,
  ): Promise<string>;
  confirm(question: string, usual: boolean): Promise<boolean>;
  /** A numbered list; `usual` is the index of the default answer, if there is one. */
  choose<Value>(
    question: string,
    choices: readonly Choice<Value>[],
    usual?: number,
  ): Promise<Value>;
}

const MOST_TRIES = 5;
const YES = /^y(?:es)?$/i;

/** Asks on the terminal of the host; undefined without one. */
export function promptsOf({ ask, stderr }: Host): Prompts | undefined {
  if (ask === undefined) return undefined;
  /** Repeats the question, with the reason, until the answer is valid. */
  const until = async <Value>(
    question: string,
    read: (answer: string) => { readonly value: Value } | { readonly problem: string },
  ): Promise<Value> => {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const result = read((await ask(`${question} `)).trim());
      if ('value' in result) return result.value;
      stderr.write(`  ${result.problem}\n`);
    }
    throw notAnswered(question.trim());
  };
  return {
    text: (question, usual, problemOf = () => undefined) =>
      until(usual === undefined ? `${question}:` : `${question} [${usual}]:`, (answer) => {
        const value = answer === '' ? (usual ?? '') : answer;
        const problem = value === '' ? answerMissing() : problemOf(value);
        return problem === undefined ? { value } : { problem };
      }),
    confirm: (question, usual) =>
      until(`${question} ${usual ? '[Y/n]' : '[y/N]'}`, (answer) => {
        if (answer === '') return { value: usual };
        if (YES.test(answer)) return { value: true };
        if (/^no?$/i.test(answer)) return { value: false };
        return { problem: answerYesOrNo() };
      }),
    choose: (question, choices, usual) => {
      const width = String(choices.length).length;
      for (const [at, { label }] of choices.entries())
        stderr.write(
          `  ${String(at + 1).padStart(width)}) ${label.replaceAll('\n', `\n${' '.repeat(width + 4)}`)}\n`,
        );
      const numbers = choices.length === 1 ? '1' : `1-${choices.length}`;
      const hint = usual === undefined ? numbers : String(usual + 1);
      return until(`${question} [${hint}]:`, (answer) => {
        const number =
          answer === '' && usual !== undefined ? usual + 1 : Number(answer || Number.NaN);
        const choice = Number.isInteger(number) ? choices[number - 1] : undefined;
        return choice === undefined ? { problem: answerNumber(numbers) } : { value: choice.value };
      });
    },
  };
}

/** Asks before something that cannot be undone: anything but a yes is a no, and so is having no terminal. */
export async function agreed(question: string, { ask }: Pick<Host, 'ask'>): Promise<boolean> {
  const answer = await ask?.(question);
  return YES.test(answer?.trim() ?? '');
}
