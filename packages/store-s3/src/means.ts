import type { Machine } from '@keyturn/core/ledger';

import type { Client } from './client.ts';
import type { Keys } from './keys.ts';
import type { Objects } from './objects.ts';
import type { Reader, Tail } from './reader.ts';

/** What everything in this package works with. */
export interface Means {
  readonly client: Client;
  readonly objects: Objects;
  readonly keys: Keys;
  readonly reader: Reader;
  /** How long a lock lasts after its last renewal, in milliseconds. */
  readonly lease: number;
  readonly machine: () => Promise<Machine>;
  /** The ends of ledgers that were read last. They can be out of date, but never wrong. */
  readonly tails: Map<string, Tail>;
}
