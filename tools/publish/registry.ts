import { execFile } from 'node:child_process';

/** Where and how packages are published. */
export interface Publishing {
  /** The address of the registry; npm's own setting by default. */
  readonly registry?: string | undefined;
  /** The file with the settings of npm, instead of the user's. */
  readonly settings?: string | undefined;
  /** With false, no provenance is made: it can be made in CI only. */
  readonly provenance: boolean;
}

/** Whether the registry has this version already. @throws if it cannot be asked */
export async function isPublished(
  name: string,
  version: string,
  publishing: Publishing,
): Promise<boolean> {
  const args = ['view', `${name}@${version}`, 'version', '--json', ...registryOf(publishing)];
  const { code, stdout, stderr } = await npm(args, publishing);
  // A version that is not there is an empty answer, a name that is not there an error.
  if (code === 0) return stdout.includes(version);
  if (`${stdout}${stderr}`.includes('E404')) return false;
  throw new Error(`npm view ${name} failed:\n${stderr}`);
}

/** @throws if the registry refuses it */
export async function publish(file: string, publishing: Publishing): Promise<void> {
  const args = [
    'publish',
    file,
    '--access=public',
    `--provenance=${publishing.provenance}`,
    ...registryOf(publishing),
  ];
  const { code, stderr } = await npm(args, publishing);
  if (code !== 0) throw new Error(`npm publish ${file} failed:\n${stderr}`);
}

function registryOf({ registry }: Publishing): string[] {
  return registry === undefined ? [] : [`--registry=${registry}`];
}

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function npm(args: readonly string[], { settings }: Publishing): Promise<Ended> {
  const env = {
    ...process.env,
    ...(settings !== undefined && { NPM_CONFIG_USERCONFIG: settings }),
  };
  return new Promise((resolve) => {
    const options = { env, timeout: 120_000, shell: process.platform === 'win32' };
    const child = execFile('npm', [...args], options, (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? 1, stdout, stderr }),
    );
  });
}
