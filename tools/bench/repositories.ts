import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { controlOf, startSandbox, type Sandbox } from '../../packages/sandbox/src/index.ts';
import { run, type Measured } from './measure.ts';

/** A sandbox with repositories, and a folder to run in. */
export interface World {
  readonly sandbox: Sandbox;
  readonly names: readonly string[];
  readonly folder: string;
}

export interface Rotated {
  readonly whole: Measured;
  readonly made: number;
  /** The most memory, in MiB. */
  readonly peak: number;
  /** The time that it kept processors busy, in milliseconds. */
  readonly processor: number;
}

/** Rotates into every repository of the world. */
export async function rotate(
  bin: string,
  { sandbox, names, folder }: World,
  flags: readonly string[] = [],
): Promise<Rotated> {
  const old = sandbox
    .state()
    .planetscale?.orgs?.['acme']?.tokens?.find(({ name }) => name === 'ci-github');
  const rotation = { grace: '0', sinks: names.map((name) => `github:${name}`) };
  const config = {
    issuer: { kind: 'planetscale', org: 'acme' },
    rotations: { ci: rotation },
  };
  await writeFile(join(folder, 'keyturn.config.json'), JSON.stringify(config));
  const used = join(folder, 'used');
  const telling = `import { writeFileSync } from 'node:fs'; process.on('exit', () => writeFileSync(${JSON.stringify(used)}, JSON.stringify(process.resourceUsage())));`;
  const whole = await run(
    process.execPath,
    [
      ...flags,
      '--import',
      `data:text/javascript,${encodeURIComponent(telling)}`,
      bin,
      'rotate',
      '--json',
      '--replaces',
      old?.id ?? '',
    ],
    // Nothing that this machine has confirmed before is read.
    { ...process.env, XDG_STATE_HOME: folder, ...sandbox.env, KEYTURN_LIMITED_HOSTS: '' },
    folder,
  );
  const requests = await controlOf(sandbox).requests();
  const { maxRSS, userCPUTime, systemCPUTime } = JSON.parse(
    await readFile(used, 'utf8'),
  ) as NodeJS.ResourceUsage;
  const processor = (userCPUTime + systemCPUTime) / 1000;
  return { whole, made: requests.length, peak: maxRSS / 1024, processor };
}

/** Does the work in a world with so many repositories, whose servers take so many milliseconds for each answer. */
export async function inWorld<Result>(
  repositories: number,
  latency: number,
  work: (world: World) => Promise<Result>,
  isSecure = false,
): Promise<Result> {
  const names = Array.from({ length: repositories }, (_, nth) => `acme/r${nth}`);
  const folder = await mkdtemp(join(tmpdir(), 'keyturn-bench-'));
  const sandbox = await startSandbox(isSecure ? { tls: folder } : {});
  try {
    const github = {
      ...sandbox.state().github,
      ...Object.fromEntries(names.map((name) => [name, {}])),
    };
    const { seed, latency: delay } = controlOf(sandbox);
    await seed({ ...sandbox.state(), github });
    await delay(latency);
    return await work({ sandbox, names, folder });
  } finally {
    await sandbox.close();
    await rm(folder, { recursive: true, force: true });
  }
}
