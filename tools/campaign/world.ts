import { layouts, type LayoutName } from './layout.ts';
import type { Point } from './point.ts';

export const storeNames = ['file', 'git', 'git-http', 'postgres', 's3'] as const;
type StoreName = (typeof storeNames)[number];

/** What a campaign is about. */
export interface Setup {
  /** Where the ledgers are; in the working folder if it is not said. */
  readonly store: StoreName | undefined;
  /** Every kill also deletes the working folder, the home folder and the clone. */
  readonly lost: boolean;
}

/** What a trial runs in. */
export interface World {
  readonly layout: LayoutName;
  readonly store: StoreName | undefined;
  readonly lost: boolean;
  /** The ledgers are signed; otherwise the configuration lists the permissions. */
  readonly signed: boolean;
  /** The remote of the clone is the location; otherwise it is a URL. Only git. */
  readonly clone: boolean;
  /** The next run is on a machine that cannot see the processes of the first: a lock that was left must be ended by hand. */
  readonly elsewhere: boolean;
  /** Which run has a rival that starts at the same time on another machine. */
  readonly race: 'none' | 'first' | 'next';
  /** `history` reads the ledger at the end. */
  readonly isRead: boolean;
}

/** The world that a layout is counted in, without rivals. */
export function plainWorld(layout: LayoutName, { store, lost }: Setup): World {
  const plain = { clone: true, elsewhere: false, race: 'none', isRead: false } as const;
  return { layout, store, lost, signed: lost, ...plain };
}

/** A world for a point. Without a store there is nothing to choose. */
export function worldFor(
  point: Point,
  layout: LayoutName,
  setup: Setup,
  random: () => number,
): World {
  const plain = plainWorld(layout, setup);
  const [how, signature, place, machine, rival, end] = Array.from({ length: 6 }, random) as Six;
  if (setup.store === undefined) return plain;
  const isServer = point.what === 'server';
  const overHttp = setup.store === 'git' && (isServer ? isHttpOnly(point) : how < 0.2);
  return {
    ...plain,
    store: overHttp ? 'git-http' : setup.store,
    signed: signature < 0.75,
    clone: place < 0.6,
    // A folder is not shared between machines, and PostgreSQL ends the lock by itself.
    elsewhere: setup.lost && isFenced(setup.store) && machine < 0.2,
    race: isServer || rival > 0.24 ? 'none' : rival < 0.12 ? 'first' : 'next',
    isRead: end < 0.25,
  };
}

type Six = [number, number, number, number, number, number];

const isFenced = (store: StoreName): boolean => store !== 'file' && store !== 'postgres';

/** What only a server between the two can do. */
export function isHttpOnly({ when }: Extract<Point, { what: 'server' }>): boolean {
  return when === 'cuts' || when === 'loses' || when === 'hangs';
}

export function someLayout(random: () => number): LayoutName {
  return layouts[Math.floor(random() * layouts.length)] ?? 'pair';
}

export function describeWorld({ layout, store, ...world }: World): string {
  if (store === undefined) return layout;
  const traits = [
    world.lost && 'disk lost',
    store.startsWith('git') && (world.clone ? 'clone' : 'URL'),
    world.signed ? 'signed' : 'unsigned',
    world.elsewhere && 'next run elsewhere',
    world.race !== 'none' && `rival of the ${world.race} run`,
  ];
  return [layout, store, ...traits.filter((trait) => trait !== false)].join(', ');
}
