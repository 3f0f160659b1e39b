import { addressIn, heartbeatFailed, heartbeatSkipped, variableNotSet } from '../messages.ts';
import type { Surroundings } from '../surroundings.ts';
import { reasonOf } from './channel.ts';
import { openFetch, send } from './send.ts';

/** Tells a monitor, which misses it otherwise, that a run went well. A failure is only a warning. */
export async function beat(urlEnv: string, surroundings: Surroundings): Promise<void> {
  const url = surroundings.env[urlEnv]?.trim() ?? '';
  if (url === '') {
    surroundings.warn(heartbeatSkipped(variableNotSet(urlEnv)));
    return;
  }
  const name = addressIn(urlEnv);
  const fetch = openFetch(surroundings);
  try {
    const { signal } = surroundings;
    await send({ url, name }, { method: 'GET', signal }, surroundings, fetch);
  } catch (error) {
    surroundings.warn(heartbeatFailed(name, reasonOf(error)));
  } finally {
    await fetch.close();
  }
}
