import { createHash } from 'node:crypto';

import { encodeName } from './names.ts';

/** The keys of everything that the store keeps, below its prefix. */
export interface Keys {
  /** Says that the service was proved to honour conditions. */
  readonly marker: string;
  readonly probe: (name: string) => string;
  readonly lock: (rotation: string) => string;
  readonly claim: (rotation: string, key: string) => string;
  /** The folder of all ledgers. */
  readonly ledgers: string;
  readonly ledger: (rotation: string) => string;
  readonly entry: (rotation: string, number: number) => string;
}

const DIGITS = 10;
const MOST = 10 ** DIGITS - 1;

export function keysOf(prefix: string): Keys {
  const root = prefix === '' ? '' : `${prefix}/`;
  const ledger = (rotation: string): string => `${root}ledgers/${encodeName(rotation)}/`;
  return {
    marker: `${root}keyturn.json`,
    probe: (name) => `${root}probe/${name}`,
    lock: (rotation) => `${root}locks/${encodeName(rotation)}`,
    claim: (rotation, key) => {
      const hash = createHash('sha256').update(key, 'utf16le').digest('hex').slice(0, 48);
      return `${root}claims/${encodeName(rotation)}/${hash}`;
    },
    ledgers: `${root}ledgers/`,
    ledger,
    entry: (rotation, number) => `${ledger(rotation)}${nameOfEntry(number)}`,
  };
}

/**
 * The name of a ledger's object by its number, from 1. It counts down, because a list begins with the lowest name: so one short list
 * finds the newest object, however many there are.
 */
function nameOfEntry(number: number): string {
  return String(MOST - number).padStart(DIGITS, '0');
}

/** The number of a ledger's object; undefined for any other name. */
export function numberOfEntry(name: string): number | undefined {
  return /^\d{10}$/.test(name) && Number(name) < MOST ? MOST - Number(name) : undefined;
}
