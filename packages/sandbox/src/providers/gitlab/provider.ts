import { application } from '../../http/application.ts';
import type { Provider } from '../provider.ts';
import { unknownPath, wrongMethod } from './answers.ts';
import { closeState } from './close.ts';
import { jobValues } from './job.ts';
import { openState } from './open.ts';
import { routes } from './routes.ts';

export const gitlab: Provider = {
  name: 'gitlab',
  open(world, runtime, use) {
    const state = openState(world.gitlab ?? {}, runtime, use);
    return {
      // The second is that of an installation under a path of its host.
      answer: application({
        roots: ['/api/v4', '/gitlab/api/v4'],
        routes,
        state,
        unknownPath,
        wrongMethod,
      }),
      state: () => closeState(state),
      env: (url) => {
        const [token] = state.tokens.keys();
        return { GITLAB_HOST: url, ...(token !== undefined && { GITLAB_TOKEN: token }) };
      },
      job: (place) => jobValues(place, state),
    };
  },
};
