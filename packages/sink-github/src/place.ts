import type { AdapterContext } from '@keyturn/core';

import { createAccessReader, type AccessReader } from './access.ts';
import { createClient, type Client } from './client.ts';
import { createKeyReader, type KeyReader } from './public-key.ts';
import { createStored, type Stored } from './stored.ts';
import type { GithubTarget } from './target.ts';

/** One place with secrets, and the readers that remember what they read there. */
export interface Place {
  readonly client: Client;
  readonly keys: KeyReader;
  readonly stored: Stored;
  readonly accesses: AccessReader;
}

/** Makes no request. */
export function createPlace(target: GithubTarget, context: AdapterContext): Place {
  const client = createClient(target, context);
  const stored = createStored(client);
  const accesses = createAccessReader(client, stored, context.clock);
  return { client, keys: createKeyReader(client), stored, accesses };
}
