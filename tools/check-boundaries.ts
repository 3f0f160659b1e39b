// Holds the project graph to the layers: nx graph --file=graph.json && node tools/check-boundaries.ts graph.json
import { readFile } from 'node:fs/promises';

import { layers, mayDepend, type Layer } from './layers.ts';

/** The part of `nx graph --file` that matters here. */
export interface Graph {
  readonly graph: {
    readonly nodes: Readonly<
      Record<
        string,
        { readonly data: { readonly root: string; readonly tags?: readonly string[] } }
      >
    >;
    readonly dependencies: Readonly<
      Record<string, readonly { readonly source: string; readonly target: string }[]>
    >;
  };
}

/** One line for each package without a layer, and for each edge that its layer does not allow. */
export function boundaryProblems({ graph }: Graph): string[] {
  const packages = Object.entries(graph.nodes).filter(([, { data }]) => data.root !== '.');
  const layerByName = new Map<string, Layer>();
  const problems: string[] = [];
  for (const [name, { data }] of packages) {
    const [layer, ...more] = layers.filter(({ tag }) => data.tags?.includes(tag));
    if (layer === undefined || more.length > 0)
      problems.push(
        `${name}: has ${layer === undefined ? 'no' : 'more than one'} layer among its nx tags`,
      );
    else layerByName.set(name, layer);
  }
  for (const { source, target } of Object.values(graph.dependencies).flat()) {
    const from = layerByName.get(source);
    const on = layerByName.get(target);
    if (from !== undefined && on !== undefined && !mayDepend(from, on))
      problems.push(`${source} (${from.tag}) must not depend on ${target} (${on.tag})`);
  }
  return problems;
}

if (import.meta.main) {
  const [file = '.nx/graph.json'] = process.argv.slice(2);
  const problems = boundaryProblems(JSON.parse(await readFile(file, 'utf8')) as Graph);
  for (const problem of problems) process.stdout.write(`${problem}\n`);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
