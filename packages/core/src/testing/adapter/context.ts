import type { AdapterContext } from '../../index.ts';
import { virtualClock } from '../memory/clock.ts';
import { seededRandom } from '../memory/random.ts';

/** What the host gives an adapter: no variables, time that nobody waits for, the plain `fetch`, and whatever is changed of it. */
export function adapterContext(changes: Partial<AdapterContext> = {}): AdapterContext {
  return {
    env: {},
    fetch: (url, init) => fetch(url, init),
    clock: virtualClock(),
    random: seededRandom(1),
    directory: '/',
    allow: new Set(),
    ...changes,
  };
}
