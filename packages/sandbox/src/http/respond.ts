import type { RequestListener, ServerResponse } from 'node:http';

import { text, type Answer } from './answer.ts';
import { readCall, type Call } from './call.ts';

/** The time that answers are dated with, in milliseconds since the epoch; undefined for none. */
export type Dating = () => number | undefined;

/** Writes an answer, unless the client has left. */
export function send(response: ServerResponse, answer: Answer, dating: Dating): void {
  if (response.destroyed) return;
  const length = answer.status === 204 ? {} : { 'content-length': Buffer.byteLength(answer.body) };
  const time = dating();
  response.sendDate = false;
  const date = time === undefined ? {} : { date: new Date(time).toUTCString() };
  response.writeHead(answer.status, { ...date, ...answer.headers, ...length });
  response.end(answer.body);
}

/** Shows a bug of the sandbox as one. */
export const bug = (error: unknown): Answer => text(500, `The sandbox failed: ${String(error)}`);

/** Serves without anything in between: no record, no faults. */
export function servePlainly(
  answer: (call: Call) => Promise<Answer>,
  dating: Dating,
): RequestListener {
  return (request, response) => {
    readCall(request)
      .then(answer)
      .catch(bug)
      .then((answered) => send(response, answered, dating))
      .catch(() => request.socket.destroy());
  };
}
