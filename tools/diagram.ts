// Writes what the docs show of core's table of transitions: docs/state-machine.md, and the diagram in docs/concepts.md.
// `--check` only says whether they are up to date.
import { readFile, writeFile } from 'node:fs/promises';

import type { EventType } from '../packages/core/src/ledger/index.ts';
import type { Phase } from '../packages/core/src/ledger/phase.ts';
import { transitions } from '../packages/core/src/ledger/transitions.ts';
import { phases } from '../packages/core/src/unstable.ts';

const root = new URL('../', import.meta.url);
const events = Object.keys(transitions) as EventType[];
const everywhere = events.filter((event) =>
  phases.every((phase) => transitions[event][phase] === phase),
);
const others = events.filter((event) => !everywhere.includes(event));

/** One arrow for all events that lead from one phase to another. */
function arrows(names: readonly EventType[]): string[] {
  const labels = new Map<string, EventType[]>();
  for (const event of names)
    for (const from of phases) {
      const to = transitions[event][from];
      if (to !== undefined && to !== from)
        labels.set(`${from} --> ${to}`, [...(labels.get(`${from} --> ${to}`) ?? []), event]);
    }
  return [...labels].map(([arrow, label]) => `  ${arrow}: ${label.join(', ')}`);
}

function diagram(names: readonly EventType[]): string {
  return `\`\`\`mermaid\nstateDiagram-v2\n  [*] --> idle\n${arrows(names).join('\n')}\n\`\`\``;
}

const staying = (phase: Phase): string =>
  others
    .filter((event) => transitions[event][phase] === phase)
    .map((event) => `\`${event}\``)
    .join(', ');

const text = `# The states of a rotation

Made from \`packages/core/src/ledger/transitions.ts\` by \`node tools/diagram.ts\`. An arrow shows the events that lead from one phase to another.

${diagram(others)}

These events do not change the phase:

| phase | events |
| --- | --- |
${phases
  .filter((phase) => staying(phase) !== '')
  .map((phase) => `| ${phase} | ${staying(phase)} |`)
  .join('\n')}
| every phase | ${everywhere.map((event) => `\`${event}\``).join(', ')} |
`;

/** What a reader of the concepts does not need: names of rotations, and a new chapter of a ledger. */
const plain = others.filter((event) => event !== 'handed-over' && event !== 'opened');
const pages: Readonly<Record<string, (current: string) => string>> = {
  'docs/state-machine.md': () => text,
  'docs/concepts.md': (current) =>
    current.replace(/```mermaid\nstateDiagram[\s\S]*?\n```/, () => diagram(plain)),
};

for (const [name, make] of Object.entries(pages)) {
  const file = new URL(name, root);
  const current = await readFile(file, 'utf8').catch(() => '');
  const page = make(current);
  if (current === page) continue;
  if (process.argv.includes('--check')) {
    process.stderr.write(`${name} is not up to date: node tools/diagram.ts\n`);
    process.exitCode = 1;
  } else await writeFile(file, page);
}
