import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { seededRandom } from '../../../packages/core/src/testing/index.ts';
import {
  seedWorld,
  startSandbox,
  type World as SandboxWorld,
} from '../../../packages/sandbox/src/index.ts';
import type { Start } from '../start.ts';
import { inUse, makeFirstToken } from './by-hand.ts';
import { firstConfiguration, SIDE } from './configuration.ts';
import type { Settings } from './history.ts';
import { kindOf } from './kinds/all.ts';
import type { Kind } from './kinds/kind.ts';
import { fillSide } from './side.ts';
import { run, writeConfiguration, type World } from './world.ts';

/** The world of a history as it begins. */
export async function openWorld(settings: Settings, seed: number, start: Start): Promise<World> {
  const root = await mkdtemp(join(tmpdir(), 'keyturn-history-'));
  const folder = join(root, 'project');
  await mkdir(folder);
  const kind = kindOf(settings.kind);
  const ahead = { by: 0 };
  const first = await startSandbox({
    random: seededRandom(seed),
    clock: () => Date.now() + ahead.by,
    ...(kind.credential.prepare !== undefined && { world: preparedWorld(kind, settings) }),
  });
  const world: World = {
    root,
    folder,
    kind,
    ahead,
    first,
    second: undefined,
    configuration: firstConfiguration(settings),
    repositories: new Map(),
    watched: new Map(),
    whole: new Set(),
    replaces: '',
    announced: {
      condemned: new Set(),
      orphans: new Set(),
      stale: new Map(),
      foreign: new Set(),
      others: new Set(),
    },
    transcript: [],
    broken: [],
    start,
    needsForce: false,
    hasLeft: false,
    copy: undefined,
    quietAt: 0,
  };
  await makeFirstToken(world);
  await fillSide(world, inUse(world));
  await writeConfiguration(world);
  await beginBoth(world);
  return world;
}

/** Both replace the same credential within the grace of the first one, so that each knows of the other. */
async function beginBoth(world: World): Promise<void> {
  const { configuration, replaces } = world;
  const { settings, rotation } = configuration;
  if (!settings.shared) return;
  configuration.grace = '1h';
  await writeConfiguration(world);
  for (const name of [rotation, SIDE.rotation]) {
    const args = ['rotate', name, '--replaces', replaces, '--json'];
    const { code, stdout } = await run(world, args);
    if (code !== 0 && code !== 3) throw new Error(`rotate ${name}: ${stdout}`);
  }
  configuration.grace = settings.grace;
  await writeConfiguration(world);
}

function preparedWorld({ credential, crowd }: Kind, { strangers }: Settings): SandboxWorld {
  const world = seedWorld(Date.now());
  return crowd(credential.prepare?.(world, false) ?? world, strangers);
}
