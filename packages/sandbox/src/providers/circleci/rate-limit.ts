import { text, type Answer } from '../../http/answer.ts';
import type { Call } from '../../http/call.ts';
import type { CircleCiState } from './state.ts';

/** Counts a request, and answers it where it is one too many: with plain text. docs: guides/toolkit/api-developers-guide, "Rate limits". */
export async function limited(
  call: Call,
  state: CircleCiState,
  respond: (call: Call) => Promise<Answer>,
): Promise<Answer> {
  const { rateLimit } = state.behaviour;
  if (rateLimit === undefined) return respond(call);
  const { authorization, 'circle-token': token = authorization } = call.headers;
  const usage = state.usage(String(token));
  usage.used += 1;
  const seconds = String(Math.ceil((usage.resetAt - state.runtime.clock()) / 1000));
  const isOver = usage.used > rateLimit;
  const answer = isOver ? text(429, 'Rate limited.') : await respond(call);
  return {
    ...answer,
    headers: {
      ...answer.headers,
      'ratelimit-limit': String(rateLimit),
      'ratelimit-remaining': String(Math.max(0, rateLimit - usage.used)),
      'ratelimit-reset': seconds,
      ...(isOver && { 'retry-after': seconds }),
    },
  };
}
