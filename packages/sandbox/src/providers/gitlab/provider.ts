import type { Answer } from '../../http/answer.ts';
import { application } from '../../http/application.ts';
import type { Provider } from '../provider.ts';
import { unknownPath, wrongMethod } from './answers.ts';
import { change } from './change.ts';
import { closeState } from './close.ts';
import { jobValues } from './job.ts';
import { openState } from './open.ts';
import { limited } from './rate-limit.ts';
import { routes } from './routes.ts';
import { tokensOf } from './tokens.ts';
import { useToken } from './use.ts';

export const gitlab: Provider = {
  name: 'gitlab',
  open(world, runtime, use) {
    const state = openState(world.gitlab ?? {}, runtime, use);
    const respond = application({
      // The second is that of an installation under a path of its host.
      roots: ['/api/v4', '/gitlab/api/v4'],
      routes,
      state,
      unknownPath,
      wrongMethod,
    });
    return {
      answer: async (call) => plainType(await limited(call, state, respond)),
      state: () => closeState(state),
      env: (url) => {
        const [person] = tokensOf(undefined, state);
        return { GITLAB_HOST: url, ...(person !== undefined && { GITLAB_TOKEN: person.token }) };
      },
      uses: { 'gitlab-token': useToken(state) },
      job: (place) => jobValues(place, state),
      change: (given) => change(given, state),
    };
  },
};

/** GitLab names no charset, and python-gitlab takes nothing else for JSON. */
function plainType(answer: Answer): Answer {
  const type = answer.headers['content-type']?.replace(/^application\/json;.*/, 'application/json');
  return type === undefined
    ? answer
    : { ...answer, headers: { ...answer.headers, 'content-type': type } };
}
