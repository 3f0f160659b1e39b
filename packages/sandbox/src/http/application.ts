import { Refusal, type Answer } from './answer.ts';
import type { Call } from './call.ts';
import { router, type Route } from './route.ts';

/** A provider's server as data: its routes, what they work on, and how it answers what it does not know. */
export interface Application<State> {
  /** What may stand before every route's path. The longest that fits is taken off: `['', '/api/v3']`. */
  readonly roots: readonly string[];
  readonly routes: readonly Route<State>[];
  readonly state: State;
  readonly unknownPath: (call: Call) => Answer;
  /** Answers a path that exists under other methods. By default it is unknown. */
  readonly wrongMethod?: (call: Call, allowed: readonly string[]) => Answer;
}

/** Makes the function that answers a provider's requests. */
export function application<State>(options: Application<State>): (call: Call) => Promise<Answer> {
  const { state, unknownPath, wrongMethod = unknownPath } = options;
  const find = router(options.routes);
  const roots = options.roots.toSorted((a, b) => b.length - a.length);

  async function dispatch(call: Call): Promise<Answer> {
    const root = roots.find((start) => call.path === start || call.path.startsWith(`${start}/`));
    if (root === undefined) return unknownPath(call);
    const match = find(call.method, call.path.slice(root.length) || '/');
    if ('handler' in match) return match.handler({ ...call, params: match.params }, state);
    return match.allowed.length > 0 ? wrongMethod(call, match.allowed) : unknownPath(call);
  }

  return (call) =>
    dispatch(call).catch((error: unknown) => {
      if (error instanceof Refusal) return error.answer;
      throw error;
    });
}
