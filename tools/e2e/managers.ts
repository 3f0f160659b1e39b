import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A package manager, as a user has it. */
export interface Manager {
  readonly name: string;
  /** Installs these packages. */
  readonly add: (packages: readonly string[]) => Command;
  /** Runs an installed program. */
  readonly exec: (args: readonly string[]) => Command;
  /** Runs the program of a package that is not installed. */
  readonly download: (args: readonly string[]) => Command;
  /** What it needs in a folder before the first command. */
  readonly prepare?: (folder: string) => Promise<void>;
  /** What our documentation says to add for it. */
  readonly also?: readonly string[];
}

export type Command = readonly [program: string, ...args: string[]];

const yarnLinker =
  (linker: string) =>
  (folder: string): Promise<void> =>
    writeFile(join(folder, '.yarnrc.yml'), `nodeLinker: ${linker}\n`);

const yarn = {
  add: (packages) => ['yarn', 'add', '--dev', ...packages],
  exec: (args) => ['yarn', ...args],
  download: (args) => ['yarn', 'dlx', ...args],
} satisfies Partial<Manager>;

export const managers: readonly Manager[] = [
  {
    name: 'npm',
    add: (packages) => ['npm', 'install', '--save-dev', ...packages],
    exec: (args) => ['npx', ...args],
    download: (args) => ['npx', '--yes', ...args],
  },
  {
    name: 'pnpm',
    add: (packages) => ['pnpm', 'add', '--save-dev', ...packages],
    exec: (args) => ['pnpm', 'exec', ...args],
    download: (args) => ['pnpm', 'dlx', ...args],
  },
  // Without node_modules, a package finds nothing that it or the project does not name.
  { name: 'yarn, Plug’n’Play', ...yarn, prepare: yarnLinker('pnp'), also: ['@keyturn/core'] },
  { name: 'yarn, node_modules', ...yarn, prepare: yarnLinker('node-modules') },
];

/**
 * Everything that a command gets of an environment: the programs of one Node and the managers, an empty home, the registry. A manager
 * that waits a day before it takes a new release must not wait for ours.
 */
export function environment(
  folders: readonly string[],
  home: string,
  registry: string,
): Readonly<Record<string, string>> {
  return {
    PATH: folders.join(':'),
    HOME: home,
    LANG: 'C.UTF-8',
    NPM_CONFIG_REGISTRY: registry,
    NPM_CONFIG_UPDATE_NOTIFIER: 'false',
    PNPM_CONFIG_REGISTRY: registry,
    PNPM_CONFIG_MINIMUM_RELEASE_AGE: '0',
    YARN_NPM_REGISTRY_SERVER: registry.replace(/\/$/, ''),
    YARN_UNSAFE_HTTP_WHITELIST: '127.0.0.1',
    YARN_NPM_MINIMAL_AGE_GATE: '0',
    YARN_ENABLE_TELEMETRY: '0',
  };
}
