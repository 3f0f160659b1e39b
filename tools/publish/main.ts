// Publishes what the registry does not have yet, from the tarballs that were checked:
//
//   npm run release:publish                       builds first; in CI, see docs/releasing.md
//   npm run release:publish -- --dry-run          shows what would be published
//   npm run release:publish -- --no-provenance    by hand, outside of CI
//   npm run release:publish -- --registry URL     somewhere else, with --settings FILE instead of ~/.npmrc
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { packAll } from '../pack.ts';
import { readTarballs, tarballProblems, type Packed } from './check.ts';
import { inOrder } from './order.ts';
import { isPublished, publish } from './registry.ts';

const { values } = parseArgs({
  options: {
    registry: { type: 'string' },
    settings: { type: 'string' },
    provenance: { type: 'boolean', default: true },
    'dry-run': { type: 'boolean', default: false },
  },
  allowNegative: true,
});
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const folder = await mkdtemp(join(tmpdir(), 'keyturn-publish-'));
try {
  const packed = await readTarballs(await packAll(folder));
  const problems = await tarballProblems(packed);
  for (const problem of problems) say(problem);
  if (problems.length > 0) process.exitCode = 1;
  else await publishAll(packed);
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function publishAll(packed: readonly Packed[]): Promise<void> {
  for (const { name, version, filename } of inOrder(packed.map((one) => described(one)))) {
    const release = `${name}@${version}`;
    if (await isPublished(name, version, values)) say(`${release} is published already`);
    else if (values['dry-run']) say(`${release} would be published`);
    else {
      await publish(filename, values);
      say(`${release} is published`);
    }
  }
}

function described({ name, filename, files }: Packed): {
  name: string;
  filename: string;
  version: string;
  needs: string[];
} {
  const manifest = JSON.parse(files.get('package.json')?.toString() ?? '') as {
    version: string;
    dependencies?: object;
    peerDependencies?: object;
  };
  const needs = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
  return { name, filename, version: manifest.version, needs };
}
