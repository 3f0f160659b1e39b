import { commandParts, reference } from './markdown.ts';
import type { Manual } from './manual.ts';

/** The manual as a reference for agents: what docs/commands.md has, without links to the other pages of docs/. */
export function toSkillReference(manual: Manual): string {
  return `${[
    '# Commands of keyturn',
    'Made by `npm run docs` from what the program and its help are made of.',
    ...manual.sections.flatMap(({ title, commands }) => [
      `## ${title.replace(/:$/, '')}`,
      ...commands.flatMap(commandParts),
    ]),
    ...reference(manual),
  ].join('\n\n')}\n`;
}
