import { text, type Answer } from '../../http/answer.ts';
import type { Call } from '../../http/call.ts';
import type { Usage } from '../../http/usage.ts';
import type { GitLabState } from './state.ts';

/** Counts a request, and answers it where it is one too many; else lets it through with what is left in its headers. */
export async function limited(
  call: Call,
  state: GitLabState,
  respond: (call: Call) => Promise<Answer>,
): Promise<Answer> {
  const { rateLimit } = state.behaviour;
  if (rateLimit === undefined) return respond(call);
  const usage = state.usage(String(call.headers['private-token'] ?? call.headers.authorization));
  usage.used += 1;
  const answer = usage.used > rateLimit ? tooMany(usage, state) : await respond(call);
  return {
    ...answer,
    headers: { ...headersOf(usage, rateLimit, state.runtime), ...answer.headers },
  };
}

/** docs: user/gitlab_com, "Rate limiting responses": plain text, which administrators may change. */
function tooMany({ resetAt }: Usage, { runtime }: GitLabState): Answer {
  const answer = text(429, 'Retry later\n');
  const seconds = Math.ceil((resetAt - runtime.clock()) / 1000);
  const headers = {
    'retry-after': String(seconds),
    'ratelimit-resettime': new Date(resetAt + runtime.clocks.settings.frontOffsetMs).toUTCString(),
  };
  return { ...answer, headers: { ...answer.headers, ...headers } };
}

/** docs: administration/settings/user_and_ip_rate_limits, "Response headers". */
function headersOf(
  { used, resetAt }: Usage,
  limit: number,
  { clocks }: GitLabState['runtime'],
): Record<string, string> {
  return {
    'ratelimit-limit': String(limit),
    'ratelimit-name': 'throttle_authenticated_api',
    'ratelimit-observed': String(used),
    'ratelimit-remaining': String(Math.max(0, limit - used)),
    'ratelimit-reset': String(Math.ceil((resetAt + clocks.settings.frontOffsetMs) / 1000)),
  };
}
