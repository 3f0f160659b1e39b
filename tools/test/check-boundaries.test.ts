import { describe, expect, it } from 'vitest';

import { boundaryProblems, type Graph } from '../check-boundaries.ts';

const TAGS = {
  core: ['layer:core'],
  http: ['layer:http'],
  sandbox: ['layer:sandbox'],
  'sink-a': ['layer:adapter'],
  'sink-b': ['layer:adapter'],
  cli: ['layer:host'],
} as const;

function graphOf(
  edges: readonly (readonly [string, string])[],
  more: Graph['graph']['nodes'] = {},
): Graph {
  const nodes = Object.entries(TAGS).map(
    ([name, tags]) => [name, { data: { root: `packages/${name}`, tags } }] as const,
  );
  return {
    graph: {
      nodes: { ...Object.fromEntries(nodes), workspace: { data: { root: '.' } }, ...more },
      dependencies: Object.fromEntries(
        Object.keys(TAGS).map((name) => [
          name,
          edges
            .filter(([source]) => source === name)
            .map(([source, target]) => ({ source, target })),
        ]),
      ),
    },
  };
}

describe('the boundaries of layers', () => {
  it.each([
    ['http', 'core'],
    ['sink-a', 'core'],
    ['sink-a', 'http'],
    ['sink-a', 'sandbox'],
    ['http', 'sandbox'],
    ['cli', 'core'],
    ['cli', 'sink-a'],
    ['cli', 'sandbox'],
    ['cli', 'npm:yaml'],
    ['core', 'npm:vitest'],
  ])('let %s depend on %s', (source, target) => {
    expect(boundaryProblems(graphOf([[source, target]]))).toEqual([]);
  });

  it.each([
    ['core', 'http', 'core (layer:core) must not depend on http (layer:http)'],
    ['core', 'cli', 'core (layer:core) must not depend on cli (layer:host)'],
    ['http', 'sink-a', 'http (layer:http) must not depend on sink-a (layer:adapter)'],
    ['sink-a', 'sink-b', 'sink-a (layer:adapter) must not depend on sink-b (layer:adapter)'],
    ['sink-a', 'cli', 'sink-a (layer:adapter) must not depend on cli (layer:host)'],
    ['sandbox', 'core', 'sandbox (layer:sandbox) must not depend on core (layer:core)'],
  ])('do not let %s depend on %s', (source, target, problem) => {
    expect(boundaryProblems(graphOf([[source, target]]))).toEqual([problem]);
  });

  it('want one layer for each package', () => {
    const more = {
      lost: { data: { root: 'packages/lost' } },
      both: { data: { root: 'packages/both', tags: ['layer:core', 'layer:http'] } },
    };
    expect(boundaryProblems(graphOf([], more))).toEqual([
      'lost: has no layer among its nx tags',
      'both: has more than one layer among its nx tags',
    ]);
  });
});
