import { now } from '../runtime.ts';
import { json } from './answer.ts';
import type { Call } from './call.ts';
import { pause, type Traffic } from './pipeline.ts';

/** Whether something that is not an HTTP request may go on, and a way to note how it ended. */
export interface Passage {
  readonly verdict: 'go' | 'refuse' | 'reset';
  readonly note: (isGood: boolean) => void;
}

/** Treats a login like a request: it is recorded, and latency and faults apply. Its method is `LOGIN`, its path the user name. */
export async function passLogin(
  provider: string,
  username: string,
  traffic: Traffic,
): Promise<Passage> {
  const path = `/${username}`;
  const empty = { query: new URLSearchParams(), headers: {}, body: '', origin: '', params: {} };
  const call: Call = { method: 'LOGIN', target: path, path, ...empty };
  const record = traffic.log.arrive(provider, call, now(traffic.runtime));
  const fault = traffic.faults.take(provider, call);
  await pause(traffic, fault);
  const isCut = [fault?.reset, fault?.dropRequest, fault?.dropResponse].includes(true);
  const note = (isGood: boolean): void => record(json(isGood ? 200 : 401, {}));
  if (isCut || fault?.holdMs !== undefined) return { verdict: 'reset', note: () => undefined };
  if (fault?.status === undefined) return { verdict: 'go', note };
  record(json(fault.status, {}));
  return { verdict: 'refuse', note: () => undefined };
}
