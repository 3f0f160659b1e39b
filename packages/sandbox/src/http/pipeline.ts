import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

import { now, type Runtime } from '../runtime.ts';
import { json, text, type Answer } from './answer.ts';
import { readCall, type Call } from './call.ts';
import type { FaultAction, Faults } from './faults.ts';
import type { RequestLog } from './request-log.ts';
import { bug, send, type Dating } from './respond.ts';

/** What lies between the sockets and the providers, the same for all of them. */
export interface Traffic {
  readonly runtime: Runtime;
  /** How latency and delays pass. */
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  readonly faults: Faults;
  readonly log: RequestLog;
  /** How long every request takes, in milliseconds. */
  readonly latency: { ms: number; jitterMs: number };
  /** Aborted when the sandbox closes: nothing waits any longer. */
  readonly ended: AbortSignal;
  /** Aborted when the world is replaced: what was held for the old one does not land in the new one. */
  held: AbortController;
}

/** Marks the requests of `POST /ci-job`: they are not recorded, delayed or hit by faults. */
export const JOB_HEADER = 'x-sandbox-job';

/** Serves a provider: records each request, lets latency and faults happen to it, and answers. */
export function serve(
  provider: string,
  answer: (call: Call) => Promise<Answer>,
  traffic: Traffic,
  dating: Dating,
): RequestListener {
  return (request, response) => {
    handle(request, response).catch((error: unknown) => {
      // The client left, or the sandbox is closing. Anything else is a bug, and shows itself as one.
      if (request.socket.destroyed || traffic.ended.aborted) request.socket.destroy();
      else send(response, bug(error), dating);
    });
  };

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = await readCall(request);
    if (JOB_HEADER in call.headers) return send(response, await answer(call), dating);
    const record = traffic.log.arrive(provider, call, now(traffic.runtime));
    const fault = traffic.faults.take(provider, call);
    await pause(traffic, fault);
    if (fault?.dropRequest === true) return void request.socket.destroy();
    if (fault?.reset === true || fault?.holdMs !== undefined) reset(request.socket);
    if (fault?.reset === true) return;
    if (fault?.holdMs !== undefined) return land(call, fault.holdMs, record);
    const answered = faultAnswer(fault) ?? (await answer(call));
    record(answered, fault?.dropResponse === true ? { dropped: true } : undefined);
    if (fault?.dropResponse === true) request.socket.destroy();
    else send(response, answered, dating);
  }

  /** Applies a request whose client heard nothing, some time later. */
  async function land(
    call: Call,
    milliseconds: number,
    record: ReturnType<RequestLog['arrive']>,
  ): Promise<void> {
    const { held, sleep, runtime, ended } = traffic;
    try {
      await sleep(milliseconds, AbortSignal.any([held.signal, ended]));
    } catch (error) {
      if (held.signal.aborted || ended.aborted) return;
      throw error;
    }
    if (held.signal.aborted) return;
    record(await answer(call), { dropped: true, landedAt: now(runtime) });
  }
}

/** Lets latency, and the delay of a fault, pass. */
export async function pause(traffic: Traffic, fault: FaultAction | undefined): Promise<void> {
  const { ms, jitterMs } = traffic.latency;
  const total = ms + jitterMs * traffic.runtime.random() + (fault?.delayMs ?? 0);
  if (total > 0) await traffic.sleep(total, traffic.ended);
}

function faultAnswer(fault: FaultAction | undefined): Answer | undefined {
  if (fault?.status === undefined) return undefined;
  const { status, headers = {}, body = '' } = fault;
  const answer = typeof body === 'string' ? text(status, body) : json(status, body);
  return { ...answer, headers: { ...answer.headers, ...headers } };
}

function reset(socket: Socket): void {
  // Only TCP knows a reset; a unix socket is closed.
  if (socket.remoteAddress === undefined) socket.destroy();
  else socket.resetAndDestroy();
}
