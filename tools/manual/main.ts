// Writes docs/commands.md, the reference of the skill, and exit codes where they are told: `npm run docs`. `--check` only says whether all is up to date.
import { keepUpToDate } from '../up-to-date.ts';
import { withExits, withExitTable } from './errors.ts';
import { readManual, unfit } from './manual.ts';
import { toMarkdown } from './markdown.ts';
import { toSkillReference } from './skill.ts';

const manual = await readManual();
const pages: Readonly<Record<string, (current: string) => string>> = {
  'docs/commands.md': () => toMarkdown(manual),
  'docs/errors.md': (current) => withExits(withExitTable(current, manual)),
  'README.md': (current) => withExitTable(current, manual),
  'skills/keyturn/SKILL.md': (current) => withExitTable(current, manual),
  'skills/keyturn/references/commands.md': () => toSkillReference(manual),
};

for (const problem of unfit(manual)) {
  process.stderr.write(`packages/cli/src/program/specs: ${problem}\n`);
  process.exitCode = 1;
}
await keepUpToDate(pages);
