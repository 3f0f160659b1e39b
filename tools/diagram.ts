// Writes docs/state-machine.md from core's table of transitions; `--check` only says whether it is up to date.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import type { EventType } from '../packages/core/src/ledger/index.ts';
import { transitions } from '../packages/core/src/ledger/transitions.ts';
import { phases } from '../packages/core/src/unstable.ts';

const file = fileURLToPath(new URL('../docs/state-machine.md', import.meta.url));
const events = Object.keys(transitions) as EventType[];
const everywhere = events.filter((event) =>
  phases.every((phase) => transitions[event][phase] === phase),
);

/** One arrow for all events that lead from one phase to another. */
function arrows(): string[] {
  const labels = new Map<string, EventType[]>();
  for (const event of events.filter((one) => !everywhere.includes(one)))
    for (const from of phases) {
      const to = transitions[event][from];
      if (to !== undefined)
        labels.set(`${from} --> ${to}`, [...(labels.get(`${from} --> ${to}`) ?? []), event]);
    }
  return [...labels].map(([arrow, names]) => `  ${arrow}: ${names.join(', ')}`);
}

const text = `# The states of a rotation

Made from \`packages/core/src/ledger/transitions.ts\` by \`node tools/diagram.ts\`.

\`\`\`mermaid
stateDiagram-v2
  [*] --> idle
${arrows().join('\n')}
\`\`\`

In every phase, and without changing it: ${everywhere.map((event) => `\`${event}\``).join(', ')}.
`;

if (process.argv.includes('--check')) {
  const current = await readFile(file, 'utf8').catch(() => '');
  if (current !== text) {
    process.stderr.write('docs/state-machine.md is not up to date: node tools/diagram.ts\n');
    process.exitCode = 1;
  }
} else {
  await writeFile(file, text);
}
