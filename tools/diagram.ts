// Writes what the docs show of core's table of transitions: docs/state-machine.md, and the diagram in docs/concepts.md.
// `--check` only says whether they are up to date.
import type { EventType } from '../packages/core/src/ledger/index.ts';
import type { Phase } from '../packages/core/src/ledger/phase.ts';
import { transitions } from '../packages/core/src/ledger/transitions.ts';
import { phases } from '../packages/core/src/unstable.ts';
import { keepUpToDate } from './up-to-date.ts';

const events = Object.keys(transitions) as EventType[];
const everywhere = events.filter((event) =>
  phases.every((phase) => transitions[event][phase] === phase),
);
const others = events.filter((event) => !everywhere.includes(event));

/** One arrow for all events that lead from one phase to another. Those that lead on come first: they decide what is above what. */
function arrows(names: readonly EventType[]): string[] {
  const between = phases.flatMap((from) =>
    phases.map((to) => ({
      from,
      to,
      events: names.filter((event) => from !== to && transitions[event][from] === to),
    })),
  );
  const isBack = ({ from, to }: { readonly from: Phase; readonly to: Phase }): number =>
    Number(phases.indexOf(to) < phases.indexOf(from));
  return between
    .filter(({ events: on }) => on.length > 0)
    .toSorted((one, other) => isBack(one) - isBack(other))
    .map(({ from, to, events: on }) => `  ${dot(from)} --> ${dot(to)}: ${on.join(', ')}`);
}

/** A rotation begins and ends in `idle`: drawn as a dot at both ends, the diagram has no circles in it. */
function dot(phase: Phase): string {
  return phase === 'idle' ? '[*]' : phase;
}

function diagram(names: readonly EventType[]): string {
  return `\`\`\`mermaid\nstateDiagram-v2\n${arrows(names).join('\n')}\n\`\`\``;
}

const staying = (phase: Phase): string =>
  others
    .filter((event) => transitions[event][phase] === phase)
    .map((event) => `\`${event}\``)
    .join(', ');

const text = `# The states of a rotation

Made from \`packages/core/src/ledger/transitions.ts\` by \`node tools/diagram.ts\`. An arrow shows the events that lead from one phase to another;
the dots at the beginning and the end are the phase \`idle\`.

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

/** what a reader of the concepts does not need: a rotation that gets another name. */
const plain = others.filter((event) => event !== 'handed-over');
await keepUpToDate({
  'docs/state-machine.md': () => text,
  'docs/concepts.md': (current) =>
    current.replace(/```mermaid\nstateDiagram[\s\S]*?\n```/, () => diagram(plain)),
});
