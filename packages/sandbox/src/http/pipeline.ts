import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

import { now, type Runtime } from '../runtime.ts';
import { json, text, type Answer } from './answer.ts';
import { readCall, type Call } from './call.ts';
import type { FaultAction, Faults } from './faults.ts';
import type { RequestLog } from './request-log.ts';
import { bug, send } from './respond.ts';

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
}

/** Marks the requests of `POST /ci-job`: they are not recorded, delayed or hit by faults. */
export const JOB_HEADER = 'x-sandbox-job';

/** Serves a provider: records each request, lets latency and faults happen to it, and answers. */
export function serve(
  provider: string,
  answer: (call: Call) => Promise<Answer>,
  traffic: Traffic,
): RequestListener {
  return (request, response) => {
    handle(request, response).catch((error: unknown) => {
      // The client left, or the sandbox is closing. Anything else is a bug, and shows itself as one.
      if (request.socket.destroyed || traffic.ended.aborted) request.socket.destroy();
      else send(response, bug(error), traffic.runtime);
    });
  };

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = await readCall(request);
    if (JOB_HEADER in call.headers) return send(response, await answer(call), traffic.runtime);
    const record = traffic.log.arrive(provider, call, now(traffic.runtime));
    const fault = traffic.faults.take(provider, call);
    await pause(traffic, fault);
    if (fault?.reset === true) return reset(request.socket);
    const answered = faultAnswer(fault) ?? (await answer(call));
    record(answered, fault?.dropResponse === true);
    if (fault?.dropResponse === true) request.socket.destroy();
    else send(response, answered, traffic.runtime);
  }
}

async function pause(traffic: Traffic, fault: FaultAction | undefined): Promise<void> {
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
