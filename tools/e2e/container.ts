import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { Failed, type Place } from './world.ts';

const root = dirname(dirname(import.meta.dirname));

/** Runs the instruction of the container image that installs, in a folder: an engine for images is not everywhere. */
export async function containerInstalled({ folder, run }: Place): Promise<void> {
  const text = await readFile(join(root, 'Containerfile'), 'utf8');
  const packages = /^ARG KEYTURN_PACKAGES="(.*)"$/m.exec(text)?.[1] ?? '';
  const script = /^RUN (sh .*)$/m.exec(text)?.[1] ?? '';
  const target = join(folder, 'opt');
  const set = `export KEYTURN_PACKAGES='${packages}' KEYTURN_FOLDER='${target}'`;
  await run(['sh', '-ec', `${set}; ${script.replace('/tmp', join(root, 'ci'))}`]);
  const { stdout } = await run([join(target, 'node_modules/.bin/keyturn'), 'adapters', '--json']);
  const { adapters } = JSON.parse(stdout) as {
    adapters: readonly { package: string; version: string | null }[];
  };
  for (const name of packages.split(' ').filter((one) => !one.startsWith('@keyturn/cli@'))) {
    const found = adapters.some((one) => `${one.package}@${one.version}` === name);
    if (!found) throw new Failed(`${name} is not among the adapters:\n${stdout}`);
  }
  const bom = JSON.parse(await readFile(join(target, 'sbom.cdx.json'), 'utf8')) as {
    bomFormat?: string;
  };
  if (bom.bomFormat !== 'CycloneDX') throw new Failed('the list of packages is not CycloneDX');
}
