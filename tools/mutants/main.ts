// Changes one small thing of a program at a time, and looks whether a test notices.
//
//   npm run mutants                                  the heart of core
//   npm run mutants -- http store-file/src/lock.ts   packages, folders of them or files
//   npm run mutants -- core --sample 100 --seed 7    so many mutants, the same ones for the same seed
//   npm run mutants -- core --only decide.ts         one file
//   npm run mutants -- core --longest 30             with the tests that take more than a second, too
//
// It works in a copy of the workspace. Exit code 6: fewer of them are noticed than should be.
import { writeFile } from 'node:fs/promises';

import { seededRandom } from '../../packages/core/src/testing/index.ts';
import { tryAll } from './campaign.ts';
import { justify, readJustifications } from './justified.ts';
import type { Mutant, Verdict } from './mutant.ts';
import { optionsOf } from './options.ts';
import { BAR, render, shareOf } from './report.ts';
import { Workspace } from './workspace.ts';

const options = optionsOf(process.argv.slice(2));
const started = performance.now();
const workspace = await Workspace.copy();
process.once('SIGINT', () => void workspace.remove().then(() => process.exit(130)));
const tell = (line: string): void => void process.stderr.write(`${line}\n`);

try {
  const mutants = chosen(await allMutants());
  const verdicts = new Map<number, Verdict>();
  for (const [name, those] of byPackage(mutants))
    for (const [id, verdict] of await tryAll(workspace.folder, name, those, options, tell))
      verdicts.set(id, verdict);
  const found = mutants.map(({ id, change, ...place }) => ({
    ...place,
    operator: change.operator,
    verdict: verdicts.get(id) ?? 'no coverage',
  }));
  const isWhole = options.sample === undefined;
  const { results, stale } = justify(found, await readJustifications(), isWhole);
  process.stdout.write(render(results));
  for (const { file, source, before, after } of stale)
    process.stdout.write(
      `no longer needs a reason: ${file}: ${before} → ${after}\n    ${source}\n`,
    );
  const share = shareOf(results);
  const took = ((performance.now() - started) / 1000).toFixed(0);
  process.stdout.write(
    `${results.length} mutants, ${(100 * share).toFixed(1)} % noticed, in ${took} s\n`,
  );
  if (options.json !== undefined)
    await writeFile(options.json, `${JSON.stringify({ share, results, stale }, undefined, 2)}\n`);
  process.exitCode = share < BAR ? 6 : 0;
} finally {
  await workspace.remove();
}

async function allMutants(): Promise<readonly Mutant[]> {
  const files = new Set<string>();
  for (const what of options.what)
    for (const file of await workspace.sources(what))
      if (options.only === undefined || `/${file}`.endsWith(`/${options.only}`)) files.add(file);
  const all: Mutant[] = [];
  for (const file of files) all.push(...(await workspace.mutate(file)));
  return all;
}

function chosen(all: readonly Mutant[]): readonly Mutant[] {
  if (options.sample === undefined) return all;
  const random = seededRandom(options.seed);
  return all
    .map((mutant) => ({ mutant, at: random() }))
    .toSorted((a, b) => a.at - b.at)
    .slice(0, options.sample)
    .map(({ mutant }) => mutant)
    .toSorted((a, b) => a.id - b.id);
}

function byPackage(mutants: readonly Mutant[]): ReadonlyMap<string, readonly Mutant[]> {
  const groups = new Map<string, Mutant[]>();
  for (const mutant of mutants) {
    const name = mutant.file.split('/')[1] ?? '';
    groups.set(name, [...(groups.get(name) ?? []), mutant]);
  }
  return groups;
}
