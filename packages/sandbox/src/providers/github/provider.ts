import { text, type Answer } from '../../http/answer.ts';
import { application } from '../../http/application.ts';
import type { Call } from '../../http/call.ts';
import type { Provider } from '../provider.ts';
import { notFound } from './answers.ts';
import { change } from './change.ts';
import { closeState } from './close.ts';
import { jobValues } from './job.ts';
import { openState } from './open.ts';
import { rateLimitHeaders, spend } from './rate-limit.ts';
import { routes } from './routes.ts';
import type { GitHubState } from './state.ts';

export const github: Provider = {
  name: 'github',
  open(world, runtime, use) {
    const state = openState(world.github ?? {}, runtime, use);
    const respond = application({
      roots: ['', '/api/v3'],
      routes,
      state,
      unknownPath: notFound,
    });
    return {
      answer: async (call) =>
        finish(call, refuseEarly(call, state) ?? (await respond(call)), state),
      isLimited: () =>
        state.behaviour.pointLimit !== undefined || state.behaviour.secondaryLimit !== undefined,
      state: () => closeState(state),
      env: (url) => {
        const [token] = state.tokens.keys();
        return { GITHUB_API_URL: url, ...(token !== undefined && { GITHUB_TOKEN: token }) };
      },
      job: (place) => jobValues(place, state),
      change: (given) => change(given, state),
    };
  },
};

function refuseEarly(call: Call, state: GitHubState): Answer | undefined {
  if (call.headers['user-agent'] === undefined)
    return text(
      403,
      'Request forbidden by administrative rules. Please make sure your request has a User-Agent header.',
    );
  return spend(call, state);
}

function finish(call: Call, answer: Answer, state: GitHubState): Answer {
  const [, token = ''] = /^\S+ +(\S+)$/.exec(call.headers.authorization ?? '') ?? [];
  const { scopes, expiresAt } = state.tokens.get(token) ?? {};
  return {
    ...answer,
    headers: {
      'x-github-media-type': 'github.v3; format=json',
      'x-github-request-id': 'SAND:B0X',
      ...rateLimitHeaders(call, state),
      ...(scopes !== undefined && { 'x-oauth-scopes': scopes.join(', ') }),
      ...(expiresAt !== undefined && expiration(expiresAt)),
      ...answer.headers,
    },
  };
}

/** `2026-12-01 09:30:00 UTC`. As an answer of api.github.com has it. */
function expiration(iso: string): Record<string, string> {
  const [date, time] = new Date(iso).toISOString().split(/[T.]/);
  return { 'github-authentication-token-expiration': `${date} ${time} UTC` };
}
