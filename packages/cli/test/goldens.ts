import { readFile, realpath, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';

import { normaliser } from './goldens/normalise.ts';
import { makePlace, type Ended, type Place } from './keyturn.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** What a program gets of one command line. */
export interface Step {
  /** What was the case when it ran. */
  readonly state: string;
  readonly line: string;
  /** The exit code with `--json`. */
  readonly code: number | null;
  /** The exit code without it, if that was asked for. */
  readonly codeAsText?: number | null;
  readonly document: unknown;
}

/** A place whose command lines are kept. */
export interface Tape extends Place {
  /** Plays lines that change nothing and take no lock (as plan does), side by side. */
  readonly look: (state: string, lines: readonly string[], env?: Env) => Promise<void>;
  /** The same with `--json` and without. */
  readonly lookTwice: Tape['look'];
  /** Plays lines one after the other. */
  readonly act: Tape['look'];
  /** Keeps another document that a program may read. */
  readonly keep: (state: string, line: string, document: unknown) => void;
}

/** Of which the sandbox makes ids. */
const LETTERS = 36;

/** Plays a story in a new place, and gives what it came to in terms that are the same for every run. */
export async function play(story: (tape: Tape) => Promise<void>): Promise<Step[]> {
  let tokens: Place['tokens'] = () => [];
  // What is sorted by the ids of tokens is to come out the same: each is one letter over and over, and the next one's is the next.
  const place = await makePlace({}, () => (tokens().length + 0.5) / LETTERS);
  ({ tokens } = place);
  const steps: Step[] = [];
  const one = async (state: string, line: string, env?: Env): Promise<Step> => {
    const ended = await place.keyturn([...line.split(' '), '--json'], env);
    return { state, line, code: ended.code, document: documentOf(line, ended) };
  };
  await story({
    ...place,
    look: async (state, lines, env) => {
      steps.push(...(await sideBySide(lines, (line) => one(state, line, env))));
    },
    lookTwice: async (state, lines, env) => {
      const looks = await sideBySide(lines, async (line) => {
        const step = await one(state, line, env);
        const { code: codeAsText } = await place.keyturn(line.split(' '), env);
        return { ...step, codeAsText };
      });
      steps.push(...looks);
    },
    act: async (state, lines, env) => {
      for (const line of lines) steps.push(await one(state, line, env));
    },
    keep: (state, line, document) => void steps.push({ state, line, code: 0, document }),
  });
  const normalise = normaliser({ folder: await realpath(place.folder), tokens: tokens() });
  return steps.map((step) => normalise(step) as Step);
}

const fileOf = (name: string): URL => new URL(`goldens/${name}.json`, import.meta.url);

/** What was recorded of a story. */
export async function recorded(name: string): Promise<readonly Step[]> {
  return JSON.parse(await readFile(fileOf(name), 'utf8')) as readonly Step[];
}

export async function record(name: string, steps: readonly Step[]): Promise<void> {
  await writeFile(fileOf(name), `${JSON.stringify(steps, null, 2)}\n`);
}

export const titleOf = ({ state, line }: Step): string => `${state}: ${line}`;

/** Exactly one line, which is a document. */
function documentOf(line: string, { stdout, stderr }: Ended): unknown {
  if (/^\{.*\}\n$/.test(stdout)) return JSON.parse(stdout);
  throw new Error(`${line}: no document\n${stdout}${stderr}`);
}

/** Does the work for each line, as many as there are processors for at once. */
async function sideBySide(
  lines: readonly string[],
  work: (line: string) => Promise<Step>,
): Promise<Step[]> {
  const steps: Step[] = [];
  const queue = lines.entries();
  const worker = async (): Promise<void> => {
    for (const [index, line] of queue) steps[index] = await work(line);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return steps;
}
