import { weaknessTexts as texts } from '../../messages-of-checks.ts';
import type { Weakness } from '../evidence.ts';

const PINNED = /@[0-9a-f]{40}\b/;
const VERSION = /@\d+\.\d+\.\d+/;

interface Rule {
  readonly fits: (line: string) => boolean;
  readonly text: string;
  readonly fix: string;
}

const packageScripts: Rule = {
  fits: (line) => commandsOf(line).some(runsScripts),
  ...texts.packageScripts,
};

const everywhere: readonly Rule[] = [
  { fits: (line) => commandsOf(line).some(isUnpinned), ...texts.unpinnedPackage },
  packageScripts,
  {
    // Pipelines of older versions check out the branch of the ledger, and a cache or an artifact is restored to that folder.
    fits: (line) => /\bworktree add\b.*\.keyturn\b|\bpath:\s*["']?\.keyturn\b/.test(line),
    ...texts.ledgerCheckedOut,
  },
];

const inWorkflows: readonly Rule[] = [
  {
    fits: (line) => /\buses:\s*(?!["']?\.\/)\S/.test(line) && !PINNED.test(line),
    ...texts.unpinnedAction,
  },
  {
    fits: (line) =>
      /^\s*["']?on["']?\s*:.*\b(?:pull_request_target|workflow_run)\b/.test(line) ||
      /^\s*(?:-\s*)?["']?(?:pull_request_target|workflow_run)\b/.test(line),
    ...texts.forkEvents,
  },
  {
    fits: (line) => /^\s*permissions:\s*["']?write-all\b/.test(line),
    ...texts.writeAll,
  },
];

/** The weaknesses of a pipeline, line by line. Any pipeline is only read. */
export function weaknesses(text: string, isWorkflow: boolean): readonly Weakness[] {
  const withoutScripts = /\bNPM_CONFIG_IGNORE_SCRIPTS\b\s*[:=]\s*["']?true\b/i.test(text);
  const rules = (isWorkflow ? [...everywhere, ...inWorkflows] : everywhere).filter(
    (rule) => !withoutScripts || rule !== packageScripts,
  );
  const lines = wholeLines(text);
  const found = lines.flatMap(({ line, text: content }) =>
    rules
      .filter(({ fits }) => fits(content))
      .map((rule) => ({ line, text: rule.text, fix: rule.fix })),
  );
  if (!isWorkflow) return found;
  if (!/^\s*permissions:/m.test(text)) found.push({ line: 1, ...texts.defaultPermissions });
  return [...found, ...sharedSecrets(lines)];
}

interface Line {
  readonly line: number;
  readonly text: string;
}

/** Lines without comments, with continuations after a backslash joined. */
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

/** Secrets in an env: of the workflow or job, which every step can read. */
function sharedSecrets(lines: readonly Line[]): readonly Weakness[] {
  const found: Weakness[] = [];
  let depth: number | undefined;
  for (const { line, text } of lines) {
    const indent = text.search(/\S/);
    if (indent < 0) continue;
    if (depth !== undefined && indent <= depth) depth = undefined;
    if (depth !== undefined && /\bsecrets\./.test(text))
      found.push({ line, ...texts.sharedSecret });
    // The env: of a step is indented further.
    if (/^\s*env:\s*$/.test(text) && indent <= 4) depth = indent;
  }
  return found;
}
