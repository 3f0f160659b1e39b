import type { RequestListener, ServerResponse } from 'node:http';

import type { Runtime } from '../runtime.ts';
import { text, type Answer } from './answer.ts';
import { readCall, type Call } from './call.ts';

/** Writes an answer, dated by the sandbox's clock, unless the client has left. */
export function send(response: ServerResponse, answer: Answer, runtime: Runtime): void {
  if (response.destroyed) return;
  const length = answer.status === 204 ? {} : { 'content-length': Buffer.byteLength(answer.body) };
  const date = new Date(runtime.clock()).toUTCString();
  response.writeHead(answer.status, { date, ...answer.headers, ...length });
  response.end(answer.body);
}

/** Shows a bug of the sandbox as one. */
export const bug = (error: unknown): Answer => text(500, `The sandbox failed: ${String(error)}`);

/** Serves without anything in between: no record, no faults. */
export function servePlainly(
  answer: (call: Call) => Promise<Answer>,
  runtime: Runtime,
): RequestListener {
  return (request, response) => {
    readCall(request)
      .then(answer)
      .catch(bug)
      .then((answered) => send(response, answered, runtime))
      .catch(() => request.socket.destroy());
  };
}
