import type { Answer } from './answer.ts';
import type { Call } from './call.ts';

export type Handler<State> = (call: Call, state: State) => Answer | Promise<Answer>;

/** One line of a provider's route table. */
export interface Route<State> {
  readonly method: string;
  /** Segments that start with a colon match any one segment: `/repos/:owner/:repo`. */
  readonly path: string;
  readonly handler: Handler<State>;
}

export type Match<State> =
  | { readonly handler: Handler<State>; readonly params: Readonly<Record<string, string>> }
  | { readonly allowed: readonly string[] };

interface Compiled<State> {
  readonly route: Route<State>;
  readonly segments: readonly string[];
}

/**
 * Makes the function that finds a path's route: the first in the table whose pattern and method fit.
 * Where only patterns fit, the result names the methods that they allow; it is empty for an unknown path.
 */
export function router<State>(
  routes: readonly Route<State>[],
): (method: string, path: string) => Match<State> {
  const bySize = new Map<number, Compiled<State>[]>();
  for (const route of routes) {
    const segments = route.path.split('/');
    const group = bySize.get(segments.length) ?? [];
    bySize.set(segments.length, [...group, { route, segments }]);
  }
  return (method, path) => {
    const given = path.split('/').map(decode);
    const allowed: string[] = [];
    for (const { route, segments } of bySize.get(given.length) ?? []) {
      const params = capture(segments, given);
      if (params === undefined) continue;
      if (route.method === method) return { handler: route.handler, params };
      allowed.push(route.method);
    }
    return { allowed };
  };
}

function capture(
  segments: readonly string[],
  given: readonly (string | undefined)[],
): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [at, segment] of segments.entries()) {
    const value = given[at];
    if (value === undefined) return undefined;
    if (!segment.startsWith(':')) {
      if (segment !== value) return undefined;
    } else if (value === '') return undefined;
    else params[segment.slice(1)] = value;
  }
  return params;
}

function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
