import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { seedWorld, startSandbox, type Sandbox } from '../../packages/sandbox/src/index.ts';
import { fill } from './fill.ts';
import { isOther, oldOf } from './credentials/all.ts';
import { sinksOf } from './layout.ts';
import { type Machine, newMachine } from './machine.ts';
import type { Counts, Point } from './point.ts';
import { openStarter, type Ended, type Start } from './start.ts';
import type { Ledgers } from './stores/ledgers.ts';
import { openStores, type Stores } from './stores/open.ts';
import type { World } from './world.ts';

/** How long a lost request may still land here; real time, so it is short. */
const SETTLE = '300ms';
const GRACE = '400ms';
/** What an issuer is given time for takes none here. */
const SOON = { KEYTURN_SOON: '1' };
export const ROTATION = 'ci-github';

/** A fresh world: providers, a store and machines. */
export interface Place {
  readonly world: World;
  readonly sandbox: Sandbox;
  readonly ledgers: Ledgers;
  readonly old: string;
  /** Passwords and keys beside the tokens. */
  readonly secrets: readonly string[];
  newMachine(): Promise<Machine>;
  /** Runs the program; with a point it is killed there, if it gets that far. */
  run(machine: Machine, args: readonly string[], point?: Point | 'count'): Promise<Run>;
  close(): Promise<void>;
}

export interface Run extends Ended {
  /** The server did what the point says. */
  readonly isFaulty: boolean;
}

export interface Places {
  make(world: World): Promise<Place>;
  close(): Promise<void>;
}

export async function openPlaces(): Promise<Places> {
  const { start, close } = await openStarter();
  const stores = openStores();
  return {
    make: (world) => makePlace(world, start, stores),
    close: async () => void (await Promise.all([close(), stores.close()])),
  };
}

async function makePlace(world: World, start: Start, stores: Stores): Promise<Place> {
  const { credential, layout, lost, signed, elsewhere } = world;
  const root = await mkdtemp(join(tmpdir(), 'keyturn-campaign-'));
  const seeded = seedWorld(Date.now());
  const prepared = credential.prepare?.(seeded, world.slow) ?? {};
  const sandbox = await startSandbox({ world: prepared });
  const ledgers = await stores.open(world, root, sandbox);
  const old = oldOf(credential, sandbox);
  const names = credential.names(layout);
  const { file } = names;
  if (isOther(credential)) await fill(sandbox, world, old);
  const isListed = world.store !== undefined && !signed;
  const key = signed ? 'campaign-key-0123456789-0123456789-0123456789' : undefined;
  const configuration = {
    issuer: credential.issuer,
    rotations: {
      [ROTATION]: {
        grace: world.graced ? GRACE : '0',
        pause: GRACE,
        settle: SETTLE,
        layout,
        names: file === undefined ? names : { file },
        sinks: sinksOf(layout, lost),
        ...(isListed && { token: { permissions: old.permissions } }),
      },
    },
  };
  let machines = 0;
  return {
    world,
    sandbox,
    ledgers,
    old: old.id,
    secrets: [...ledgers.secrets, ...(key === undefined ? [] : [key])],
    newMachine: () =>
      newMachine(join(root, `machine-${++machines}`), configuration, ledgers, elsewhere),
    async run(machine, args, point) {
      const signature = key === undefined ? {} : { KEYTURN_LEDGER_KEY: key };
      const env = { ...sandbox.env, ...ledgers.env, ...signature, ...machine.env, ...SOON };
      const isServer = typeof point === 'object' && point.what === 'server';
      const planned = isServer ? await ledgers.plan?.(point) : undefined;
      const ended = await start(machine.folder, env, args, point, planned?.killed);
      return { ...ended, isFaulty: (await planned?.end()) ?? false };
    },
    async close() {
      await Promise.all([sandbox.close(), ledgers.close()]);
      await rm(root, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
    },
  };
}

/** The rotation as a pipeline runs it; the token in use is named until the ledger has it. */
export function rotateArgs({ world }: Place, replaces: string | undefined): readonly string[] {
  const named = replaces === undefined ? [] : ['--replaces', replaces];
  // Jobs here read the names of the layout alone, and not those that the old token is in.
  const some = [...named, '--allow', 'missing-names', ...(world.graced ? ['--wait'] : [])];
  return ['rotate', ...some, '--json'];
}

/** How many places one whole run passes. The first run compiles what later ones load, and is slower. */
export async function countPlaces(places: Places, world: World): Promise<Counts> {
  const place = await places.make(world);
  try {
    const machine = await place.newMachine();
    const started = performance.now();
    const { code, stdout, stderr } = await place.run(
      machine,
      rotateArgs(place, place.old),
      'count',
    );
    if (code !== 0) throw new Error(`exit ${code}, and nobody was killed: ${stdout}`);
    const counts = /KEYTURN_COUNTS (.+)/.exec(stderr)?.[1];
    if (counts === undefined) throw new Error(`the run did not end by itself: ${stderr}`);
    return { ...(JSON.parse(counts) as Counts), milliseconds: performance.now() - started };
  } finally {
    await place.close();
  }
}
