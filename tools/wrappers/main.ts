// Writes the CI wrappers: the packages of this release into action.yml and Containerfile, the component for GitLab, the orb for CircleCI.
//
//   node --conditions=@keyturn/source tools/wrappers/main.ts            writes
//   node --conditions=@keyturn/source tools/wrappers/main.ts --check    ends with 1 if something would be written
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { circleciOrb } from './circleci.ts';
import { gitlabComponent } from './gitlab.ts';
import { allPackages, defaultPackages } from './script.ts';

const root = dirname(dirname(import.meta.dirname));
const action = readFileSync(join(root, 'action.yml'), 'utf8');
const container = readFileSync(join(root, 'Containerfile'), 'utf8');
const files: Readonly<Record<string, string>> = {
  'action.yml': action.replace(/default: '@keyturn\/cli@[^']*'/, `default: '${defaultPackages()}'`),
  Containerfile: container.replace(
    /^ARG KEYTURN_PACKAGES=.*$/m,
    `ARG KEYTURN_PACKAGES="${allPackages()}"`,
  ),
  'templates/rotate.yml': gitlabComponent(),
  'orb/orb.yml': circleciOrb(),
};
for (const [path, text] of Object.entries(files)) {
  if (textOf(path) === text) continue;
  if (process.argv.includes('--check')) {
    process.stdout.write(`${path} is not up to date: npm run docs\n`);
    process.exitCode = 1;
  } else {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(join(root, path), 'utf8');
  } catch {
    return undefined;
  }
}
