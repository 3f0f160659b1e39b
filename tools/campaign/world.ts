import { isOther } from './credentials/all.ts';
import type { Credential } from './credentials/credential.ts';
import type { LayoutName } from './layout.ts';
import type { Point } from './point.ts';

export const storeNames = ['file', 'git', 'git-http', 'postgres', 's3'] as const;
type StoreName = (typeof storeNames)[number];

/** What a campaign is about. */
export interface Setup {
  /** Where the ledgers are; in the working folder if it is not said. */
  readonly store: StoreName | undefined;
  /** Every kill also deletes the working folder, the home folder and the clone. */
  readonly lost: boolean;
  /** What is rotated. */
  readonly credentials: readonly Credential[];
}

/** What is rotated, and how it is stored. */
export interface Lot {
  readonly credential: Credential;
  readonly layout: LayoutName;
}

/** What a trial runs in. */
export interface World extends Lot {
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
  /** The old one ends after a grace, and after a pause if it can be disabled. */
  readonly graced: boolean;
  /** The issuer is slower than a run waits: an end is pending, a new key is not listed yet. */
  readonly slow: boolean;
}

/** The world that a layout of a credential is counted in, without rivals. */
export function plainWorld({ credential, layout }: Lot, { store, lost }: Setup): World {
  const plain = { clone: true, elsewhere: false, race: 'none', isRead: false } as const;
  const signed = lost || (store !== undefined && !credential.labels);
  const graced = credential.disables;
  return { credential, layout, store, lost, signed, ...plain, graced, slow: false };
}

/** A world for a point. Without a store there is nothing to choose. */
export function worldFor(point: Point, lot: Lot, setup: Setup, random: () => number): World {
  const { graced, ...rest } = plainWorld(lot, setup);
  const isUsual = !isOther(lot.credential);
  const plain = {
    ...rest,
    graced: isUsual ? graced : random() < (graced ? 0.7 : 0.2),
    slow: !isUsual && random() < 0.15,
  };
  const [how, signature, place, machine, rival, end] = Array.from({ length: 6 }, random) as Six;
  if (setup.store === undefined) return plain;
  const isServer = point.what === 'server';
  const overHttp = setup.store === 'git' && (isServer ? isHttpOnly(point) : how < 0.2);
  return {
    ...plain,
    store: overHttp ? 'git-http' : setup.store,
    // Without labels, only a trusted ledger says which tokens are a rotation's.
    signed: !lot.credential.labels || signature < 0.75,
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

/** The part of the trials that is about other credentials than service tokens, if both are asked for. */
export const SHARE = 0.25;

/** Campaigns with fewer kills try one layout of each other kind. */
const SHORT = 100;

/**
 * What the trials are about. A short campaign has only as many other kinds as it has kills for: each whole run that is counted takes as
 * long as a kill.
 */
export function lotsOf({ credentials }: Setup, kills: number, random: () => number): Lot[] {
  const whole = credentials.length === 1 || kills >= SHORT;
  const some = credentials.filter(isOther).toSorted(() => random() - 0.5);
  const isMixed = some.length < credentials.length;
  const most = whole || !isMixed ? some.length : Math.ceil((kills * SHARE) / 2);
  const all = [...credentials.filter((one) => !isOther(one)), ...some.slice(0, most)];
  return all.flatMap((credential) => {
    const one = Math.floor(random() * credential.layouts.length);
    const isAll = whole || !isOther(credential);
    return credential.layouts
      .filter((_, index) => isAll || index === one)
      .map((layout) => ({ credential, layout }));
  });
}

export function describeWorld({ credential, layout, store, ...world }: World): string {
  const isStored = store !== undefined;
  const traits = [
    world.lost && 'disk lost',
    world.graced && 'with a grace',
    world.slow && 'slow issuer',
    isStored && store.startsWith('git') && (world.clone ? 'clone' : 'URL'),
    isStored && (world.signed ? 'signed' : 'unsigned'),
    world.elsewhere && 'next run elsewhere',
    world.race !== 'none' && `rival of the ${world.race} run`,
  ];
  const all = [credential.kind, layout, store, ...traits];
  return all.filter((one) => one !== undefined && one !== false).join(', ');
}
