import type { Weakness } from '../evidence.ts';

const PINNED = /@[0-9a-f]{40}\b/;
const VERSION = /@\d+\.\d+\.\d+/;

interface Rule {
  readonly fits: (line: string) => boolean;
  readonly text: string;
  readonly fix: string;
}

const everywhere: readonly Rule[] = [
  {
    fits: (line) => commandsOf(line).some(isUnpinned),
    text: 'npx installs whatever version is newest',
    fix: 'Name the version, or install from a lock file: keyturn init writes one.',
  },
  {
    fits: (line) => commandsOf(line).some(runsScripts),
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
    fits: (line) =>
      /^\s*["']?on["']?\s*:.*\b(?:pull_request_target|workflow_run)\b/.test(line) ||
      /^\s*(?:-\s*)?["']?(?:pull_request_target|workflow_run)\b/.test(line),
    text: 'the workflow runs with secrets for events that a fork starts',
    fix: 'Run it on a schedule and by hand alone.',
  },
  {
    fits: (line) => /^\s*permissions:\s*["']?write-all\b/.test(line),
    text: "the job's own token may do everything",
    fix: 'Name what the job needs alone.',
  },
];

/** What is weak about a pipeline, line by line: whoever wrote it, it is only read. */
export function weaknesses(text: string, isWorkflow: boolean): readonly Weakness[] {
  const withoutScripts = /\bNPM_CONFIG_IGNORE_SCRIPTS\b\s*[:=]\s*["']?true\b/i.test(text);
  const rules = (isWorkflow ? [...everywhere, ...inWorkflows] : everywhere).filter(
    ({ fix }) => !withoutScripts || fix !== 'Add --ignore-scripts.',
  );
  const lines = wholeLines(text);
  const found = lines.flatMap(({ line, text: content }) =>
    rules
      .filter(({ fits }) => fits(content))
      .map((rule) => ({ line, text: rule.text, fix: rule.fix })),
  );
  if (!isWorkflow) return found;
  if (!/^\s*permissions:/m.test(text))
    found.push({
      line: 1,
      text: "the job's own token may do all that the repository's settings allow",
      fix: 'Add permissions: with what the job needs.',
    });
  return [...found, ...sharedSecrets(lines)];
}

interface Line {
  readonly line: number;
  readonly text: string;
}

/** Without comments; what a backslash goes on with belongs to the line before. */
function wholeLines(text: string): readonly Line[] {
  const lines: Line[] = [];
  let isOpen = false;
  for (const [at, raw] of text.split('\n').entries()) {
    const content = raw.replace(/(?:^|\s)#(?=(?:[^"']*["'][^"']*["'])*[^"']*$).*$/, '');
    const last = lines.at(-1);
    const whole = content.replace(/\\\s*$/, ' ');
    if (isOpen && last !== undefined) lines.splice(-1, 1, { ...last, text: last.text + whole });
    else lines.push({ line: at + 1, text: whole });
    isOpen = /\\\s*$/.test(content);
  }
  return lines;
}

function commandsOf(line: string): readonly string[] {
  return line.split(/&&|\|\||[;|]/);
}

function isUnpinned(command: string): boolean {
  if (!/\bnpx\b/.test(command) || VERSION.test(command)) return false;
  return /\s(?:-y|--yes)\b/.test(command) || /@keyturn\/cli\b/.test(command);
}

function runsScripts(command: string): boolean {
  const installs = /\b(?:npm (?:ci|i|install)|pnpm (?:i|install)|yarn install)\b/.test(command);
  return installs && !/--ignore-scripts|--mode[ =]skip-build/.test(command);
}

/** An env: of the whole workflow or job, which every step reads. */
function sharedSecrets(lines: readonly Line[]): readonly Weakness[] {
  const found: Weakness[] = [];
  let depth: number | undefined;
  for (const { line, text } of lines) {
    const indent = text.search(/\S/);
    if (indent < 0) continue;
    if (depth !== undefined && indent <= depth) depth = undefined;
    if (depth !== undefined && /\bsecrets\./.test(text))
      found.push({
        line,
        text: 'every step of the job can read this secret',
        fix: 'Move it to the env: of the step that rotates.',
      });
    // A step's own stands deeper.
    if (/^\s*env:\s*$/.test(text) && indent <= 4) depth = indent;
  }
  return found;
}
