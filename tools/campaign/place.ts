import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startSandbox, type Sandbox } from '../../packages/sandbox/src/index.ts';
import { sinksOf, type LayoutName } from './layout.ts';
import type { Counts, Point } from './point.ts';
import { openStarter, type Ended, type Start } from './start.ts';

/** How long a lost request may still land here; real time, so it is short. */
const SETTLE = '300ms';

/** A fresh world with a folder of its own. */
export interface Place {
  readonly folder: string;
  readonly sandbox: Sandbox;
  readonly layout: LayoutName;
  readonly old: string;
  /** Runs the program; with a point it is killed there, if it gets that far. */
  run(point?: Point | 'count'): Promise<Ended>;
  close(): Promise<void>;
}

export interface Places {
  make(layout: LayoutName): Promise<Place>;
  close(): Promise<void>;
}

export async function openPlaces(): Promise<Places> {
  const { start, close } = await openStarter();
  return { make: (layout) => makePlace(layout, start), close };
}

async function makePlace(layout: LayoutName, start: Start): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'keyturn-campaign-'));
  const sandbox = await startSandbox();
  const config = {
    issuer: { kind: 'planetscale', org: 'acme' },
    rotations: { 'ci-github': { grace: '0', settle: SETTLE, layout, sinks: sinksOf(layout) } },
  };
  await writeFile(join(folder, 'keyturn.config.json'), JSON.stringify(config));
  const tokens = sandbox.state().planetscale?.orgs?.['acme']?.tokens ?? [];
  const old = tokens.find(({ name }) => name === 'ci-github')?.id ?? '';
  // Jobs here read the names of the layout alone, and not those that the old token is in.
  const args = ['rotate', '--replaces', old, '--allow', 'missing-names', '--json'];
  return {
    folder,
    sandbox,
    layout,
    old,
    run: (point) => start(folder, sandbox.env, args, point),
    async close() {
      await sandbox.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** How many places one whole run passes. */
export async function countPlaces(places: Places, layout: LayoutName): Promise<Counts> {
  const place = await places.make(layout);
  try {
    // The first run compiles what later ones load.
    const warm = await places.make(layout);
    await warm.run('count').finally(() => warm.close());
    const started = performance.now();
    const { stderr } = await place.run('count');
    const counts = /KEYTURN_COUNTS (.+)/.exec(stderr)?.[1];
    if (counts === undefined) throw new Error(`the run did not end by itself: ${stderr}`);
    return { ...(JSON.parse(counts) as Counts), milliseconds: performance.now() - started };
  } finally {
    await place.close();
  }
}
