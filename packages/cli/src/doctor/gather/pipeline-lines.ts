import type { Weakness } from '../evidence.ts';

const PINNED = /@[0-9a-f]{40}\b/;

interface Rule {
  readonly fits: (line: string) => boolean;
  readonly text: string;
  readonly fix: string;
}

const everywhere: readonly Rule[] = [
  {
    fits: (line) => /\bnpx\b.*(?:\s-y\b|\s--yes\b)/.test(line) && !/@\d+\.\d+\.\d+/.test(line),
    text: 'npx installs whatever version is newest',
    fix: 'Name the version, or install from a lock file: keyturn init writes one.',
  },
  {
    fits: (line) =>
      /\b(?:npm (?:ci|i|install)|pnpm (?:i|install)|yarn install)\b/.test(line) &&
      !/--ignore-scripts|--mode[ =]skip-build/.test(line),
    text: 'the scripts of packages are run beside the credentials',
    fix: 'Add --ignore-scripts.',
  },
];

const inWorkflows: readonly Rule[] = [
  {
    fits: (line) => /\buses:\s*(?!["']?\.\/)\S/.test(line) && !PINNED.test(line),
    text: 'the action is not pinned to a commit',
    fix: 'Write the 40 digits of the commit after the @.',
  },
  {
    fits: (line) => /^\s*-?\s*["']?(?:pull_request_target|workflow_run)\b/.test(line),
    text: 'the workflow runs with secrets for events that a fork starts',
    fix: 'Run it on a schedule and by hand alone.',
  },
];

/** What is weak about a pipeline, line by line: whoever wrote it, it is only read. */
export function weaknesses(text: string, isWorkflow: boolean): readonly Weakness[] {
  const rules = isWorkflow ? [...everywhere, ...inWorkflows] : everywhere;
  const found = text
    .split('\n')
    .map((line) => line.replace(/(?:^|\s)#.*$/, ''))
    .flatMap((line, at) =>
      rules
        .filter(({ fits }) => fits(line))
        .map((rule) => ({ line: at + 1, text: rule.text, fix: rule.fix })),
    );
  if (isWorkflow && !/^\s*permissions:/m.test(text))
    found.push({
      line: 1,
      text: "the job's own token may do all that the repository's settings allow",
      fix: 'Add permissions: with what the job needs.',
    });
  return found;
}
