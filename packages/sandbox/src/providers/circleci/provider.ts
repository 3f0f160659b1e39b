import { application } from '../../http/application.ts';
import type { Provider } from '../provider.ts';
import { unknownPath } from './answers.ts';
import { change } from './change.ts';
import { closeState } from './close.ts';
import { jobValues } from './job.ts';
import { openState } from './open.ts';
import { limited } from './rate-limit.ts';
import { routes } from './routes.ts';

export const circleci: Provider = {
  name: 'circleci',
  open(world, runtime, use) {
    const state = openState(world.circleci ?? {}, runtime, use);
    const respond = application({ roots: [''], routes, state, unknownPath });
    return {
      answer: (call) => limited(call, state, respond),
      state: () => closeState(state),
      env: (url) => {
        const [token] = state.tokens.keys();
        return { CIRCLE_HOST: url, ...(token !== undefined && { CIRCLECI_TOKEN: token }) };
      },
      job: (place) => jobValues(place, state),
      change: (given) => change(given, state),
    };
  },
};
