// Writes what is installed with our packages, in the format of CycloneDX: node tools/publish/sbom.ts FILE
// The packages must be built. Others come from the registry that npm is configured with.
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { packAll } from '../pack.ts';

interface Component {
  readonly name: string;
  readonly purl?: string;
  readonly externalReferences?: readonly { readonly type: string; readonly url: string }[];
}
interface Bom {
  readonly components: readonly Component[];
}

const [file = 'sbom.cdx.json'] = process.argv.slice(2);
const folder = await mkdtemp(join(tmpdir(), 'keyturn-sbom-'));
try {
  const tarballs = await packAll(folder);
  const own = tarballs.map(({ name, filename }) => [name, `file:${filename}`] as const);
  const manifest = {
    name: 'keyturn-packages',
    version: '0.0.0',
    private: true,
    dependencies: Object.fromEntries(own),
    overrides: Object.fromEntries(own.map(([name]) => [name, `$${name}`])),
  };
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
  const npm = (...args: readonly string[]): Promise<{ stdout: string }> =>
    promisify(execFile)('npm', [...args], {
      cwd: folder,
      maxBuffer: 1 << 26,
      shell: process.platform === 'win32',
    });
  await npm('install', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund');
  const { stdout } = await npm(
    'sbom',
    '--sbom-format=cyclonedx',
    '--sbom-type=library',
    '--omit=dev',
  );
  const bom = withoutPlaces(JSON.parse(stdout) as Bom);
  await writeFile(file, `${JSON.stringify(bom, null, 2)}\n`);
  process.stdout.write(`${bom.components.length} packages are in ${file}\n`);
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** Where a package was downloaded from here says nothing to others. */
function withoutPlaces(bom: Bom): Bom {
  return {
    ...bom,
    components: bom.components.map(({ externalReferences = [], ...component }) => ({
      ...component,
      externalReferences: externalReferences.filter(({ type }) => type !== 'distribution'),
    })),
  };
}
