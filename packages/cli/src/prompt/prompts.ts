import { KeyturnError } from '@keyturn/core';

import type { Host } from '../host.ts';

/** One of several answers. */
interface Choice<Value> {
  readonly label: string;
  readonly value: Value;
}

/** Questions to a person, each with an answer that is taken where only Enter is pressed. */
export interface Prompts {
  /** Any text that `problem` finds nothing wrong with. */
  text(
    question: string,
    usual?: string,
    problem?: (answer: string) => string | undefined,
  ): Promise<string>;
  confirm(question: string, usual: boolean): Promise<boolean>;
  /** A numbered list; `usual` is the place of the usual answer, from 0, and without it none is. */
  choose<Value>(
    question: string,
    choices: readonly Choice<Value>[],
    usual?: number,
  ): Promise<Value>;
}

const MOST_TRIES = 5;

/** Asks on the host's terminal; undefined where there is nobody to ask. */
export function promptsOf({ ask, stderr }: Host): Prompts | undefined {
  if (ask === undefined) return undefined;
  /** Asks again, with the reason, until the answer can be used. */
  const until = async <Value>(
    question: string,
    read: (answer: string) => { readonly value: Value } | { readonly problem: string },
  ): Promise<Value> => {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const result = read((await ask(`${question} `)).trim());
      if ('value' in result) return result.value;
      stderr.write(`  ${result.problem}\n`);
    }
    throw new KeyturnError('USAGE_INVALID', `${question.trim()} was not answered`, {
      hint: 'Run it again: nothing was changed.',
      effect: 'none',
    });
  };
  return {
    text: (question, usual, problemOf = () => undefined) =>
      until(usual === undefined ? `${question}:` : `${question} [${usual}]:`, (answer) => {
        const value = answer === '' ? (usual ?? '') : answer;
        const problem = value === '' ? 'Please type something.' : problemOf(value);
        return problem === undefined ? { value } : { problem };
      }),
    confirm: (question, usual) =>
      until(`${question} ${usual ? '[Y/n]' : '[y/N]'}`, (answer) => {
        if (answer === '') return { value: usual };
        if (/^y(?:es)?$/i.test(answer)) return { value: true };
        if (/^no?$/i.test(answer)) return { value: false };
        return { problem: 'Please answer y or n.' };
      }),
    choose: (question, choices, usual) => {
      const width = String(choices.length).length;
      for (const [at, { label }] of choices.entries())
        stderr.write(`  ${String(at + 1).padStart(width)}) ${label}\n`);
      const numbers = choices.length === 1 ? '1' : `1-${choices.length}`;
      const hint = usual === undefined ? numbers : String(usual + 1);
      return until(`${question} [${hint}]:`, (answer) => {
        const number =
          answer === '' && usual !== undefined ? usual + 1 : Number(answer || Number.NaN);
        const choice = Number.isInteger(number) ? choices[number - 1] : undefined;
        return choice === undefined
          ? { problem: `Please type a number, ${numbers}.` }
          : { value: choice.value };
      });
    },
  };
}
