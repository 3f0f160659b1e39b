import type { Answer } from '../../http/answer.ts';
import type { Call } from '../../http/call.ts';
import { failure } from './answers.ts';
import type { PlanetScaleState } from './state.ts';

/**
 * Counts a request, and answers it if it is one too many. docs: PlanetScale API, "Rate limits": 600 per minute. What is counted together, and whether
 * a header says how long it lasts, is not documented: everything, and none does.
 */
export async function limited(
  call: Call,
  state: PlanetScaleState,
  respond: (call: Call) => Promise<Answer>,
): Promise<Answer> {
  const { rateLimit } = state.behaviour;
  if (rateLimit === undefined) return respond(call);
  const usage = state.usage('');
  usage.used += 1;
  return usage.used > rateLimit
    ? failure(429, 'too_many_requests', 'Too many requests')
    : respond(call);
}
