import { cpus, totalmem } from 'node:os';

import type { Row } from './row.ts';

const HEAD = `# Benchmarks

<!-- Made by: npm run bench -- --write -->

What keyturn costs in time, requests and memory, measured by \`npm run bench\`. Each figure is a ratio whose two sides come from the same run, so that it says the same on a slow machine and on a fast
one. \`npm run bench -- --only NAME\` measures one part.
`;

/** The page of the figures; `notes` are what follows the table. */
export function documentOf(rows: readonly Row[], notes: string): string {
  const [cpu] = cpus();
  const machine = `${cpus().length} cores (${cpu?.model.trim() ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}, ${process.platform}`;
  const lines = rows.map(
    ({ what, measured, bar, met }) =>
      `| ${what} | ${measured} | ${bar} | ${met === undefined ? '' : met ? 'met' : '**missed**'} |`,
  );
  return `${HEAD}
Measured on ${machine}.

| what | measured | bar | result |
| --- | --- | --- | --- |
${lines.join('\n')}

${notes.trim()}
`;
}
