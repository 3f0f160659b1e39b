// Holds every package to the same shape: node tools/check-packages.ts [ROOT]
import { fileURLToPath } from 'node:url';

import { circleRule } from './shape/rules/circles.ts';
import { dependencyRule } from './shape/rules/dependencies.ts';
import { dependencyDocsRule, errorDocsRule } from './shape/rules/docs.ts';
import { fileRule } from './shape/rules/files.ts';
import { hintRule } from './shape/rules/hints.ts';
import { manifestRule } from './shape/rules/manifest.ts';
import { messageRule } from './shape/rules/messages.ts';
import { placeRule } from './shape/rules/places.ts';
import { knownAdaptersRule, providerRule } from './shape/rules/providers.ts';
import { readmeRule } from './shape/rules/readme.ts';
import {
  packagesOf,
  readTree,
  type PackageRule,
  type Tree,
  type WorkspaceRule,
} from './shape/workspace.ts';

const packageRules: readonly PackageRule[] = [
  manifestRule,
  dependencyRule,
  circleRule,
  fileRule,
  placeRule,
  hintRule,
  providerRule,
  messageRule,
  readmeRule,
];
const workspaceRules: readonly WorkspaceRule[] = [
  dependencyDocsRule,
  errorDocsRule,
  knownAdaptersRule,
];

/** One line for everything that is not as it must be. */
export function shapeProblems(tree: Tree): string[] {
  const { packages, problems } = packagesOf(tree);
  return [
    ...problems,
    ...packages.flatMap((one) => packageRules.flatMap((rule) => [...rule(one)])),
    ...workspaceRules.flatMap((rule) => [...rule(packages, tree)]),
  ].map(({ file, message }) => `${file}: ${message}`);
}

if (import.meta.main) {
  const [root = fileURLToPath(new URL('..', import.meta.url))] = process.argv.slice(2);
  const problems = shapeProblems(await readTree(root));
  for (const problem of problems) process.stdout.write(`${problem}\n`);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
