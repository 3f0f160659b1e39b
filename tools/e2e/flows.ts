import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Manager } from './managers.ts';
import { Failed, type Place } from './world.ts';

/** The packages of the README's first line. */
const README_PACKAGES = [
  '@keyturn/cli',
  '@keyturn/issuer-planetscale',
  '@keyturn/sink-github',
  '@keyturn/sink-env',
];
/** The token of the sandbox that the repositories hold at first. */
const IN_USE = 'cigithub4w8d';
const NAME = 'PLANETSCALE_SERVICE_TOKEN_ID';

/** Installs, sets up, and rotates as the README says. */
export async function fromNothing({ run, ...place }: Place, manager: Manager): Promise<void> {
  await run(['git', 'init', '--quiet']);
  await run(manager.add([...README_PACKAGES, ...(manager.also ?? [])]));
  const init = ['init', 'github:acme', '--org', 'acme', '--ci', 'github', '--yes'];
  await run(manager.exec(['keyturn', ...init]));
  const config = await readFile(join(place.folder, 'keyturn.config.yaml'), 'utf8');
  if (!config.includes('github:acme/web')) throw new Failed(`init wrote\n${config}`);
  await rotation({ run, ...place }, manager);
}

/** How a configuration can be written. */
export const configurations = {
  'YAML, no module type': { type: undefined, file: 'keyturn.config.yaml' },
  'TypeScript, ESM': { type: 'module', file: 'keyturn.config.ts' },
  'TypeScript, CommonJS': { type: 'commonjs', file: 'keyturn.config.ts' },
} as const;
export type Configuration = keyof typeof configurations;

const YAML = `issuer: { kind: planetscale, org: acme }
rotations:
  ci-github: { maxAge: 90d, grace: 1h, sinks: [github:acme/web] }
`;
const typeScript = (name: string): string => `import { defineConfig } from '${name}';

export default defineConfig({
  issuer: { kind: 'planetscale', org: 'acme' },
  rotations: { 'ci-github': { maxAge: '90d', grace: '1h', sinks: ['github:acme/web'] } },
});
`;

/** Rotates with a configuration in one of the forms, by the package of the short name. */
export async function configured(
  place: Place,
  manager: Manager,
  configuration: Configuration,
): Promise<void> {
  const { file } = configurations[configuration];
  const packages = ['keyturn', '@keyturn/issuer-planetscale', '@keyturn/sink-github'];
  await place.run(manager.add([...packages, ...(manager.also ?? [])]));
  await writeFile(join(place.folder, file), file.endsWith('.ts') ? typeScript('keyturn') : YAML);
  await rotation(place, manager);
}

/** `plan`, `rotate` and `status`, and what the repository holds afterwards. */
async function rotation({ run, sandbox }: Place, { exec }: Manager): Promise<void> {
  const plan = await run(exec(['keyturn', 'plan', 'ci-github', '--replaces', IN_USE]));
  if (!plan.stdout.includes('planned')) throw new Failed(`plan printed\n${plan.stdout}`);
  if (idIn(sandbox) !== IN_USE) throw new Failed('plan changed the repository');
  await run(exec(['keyturn', 'rotate', 'ci-github', '--replaces', IN_USE]));
  const id = idIn(sandbox);
  if (id === undefined || id === IN_USE) throw new Failed('the repository holds the old token');
  const { stdout } = await run(exec(['keyturn', 'status', '--check']));
  if (!stdout.includes(id)) throw new Failed(`status does not show ${id}:\n${stdout}`);
  await run(exec(['rotate']));
}

function idIn(sandbox: Place['sandbox']): string | undefined {
  return sandbox.state().github?.['acme/web']?.actions?.[NAME]?.value;
}

/** Names of ours that run without being installed. */
export const NAMES = ['keyturn', '@keyturn/cli'] as const;

/** Runs the program of a package by its name alone, in a folder without anything. */
export async function byName(place: Place, manager: Manager, name: string): Promise<void> {
  await rm(join(place.folder, 'package.json'));
  const { stdout } = await place.run(manager.download([name, '--version']));
  if (!/^\d+\.\d+\.\d+$/m.test(stdout)) throw new Failed(`${name} --version printed\n${stdout}`);
  const help = await place.run(manager.download([name, '--help']));
  if (!help.stdout.includes('discover')) throw new Failed(`${name} --help printed\n${help.stdout}`);
}
