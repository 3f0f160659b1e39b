import { posix } from 'node:path';

import { factsOf } from '../source.ts';
import type { Package, Problem } from '../workspace.ts';

/** Layers whose types must not go in a circle either: there, rooms are read one after the other. */
const STRICT = ['layer:core', 'layer:host', 'layer:front'];

/** No file of a package imports itself, through whatever others; what is loaded when it is used is another matter. */
export function* circleRule({ folder, files, layer }: Package): Iterable<Problem> {
  const arrows = new Map<string, readonly string[]>();
  for (const [name, text] of files) {
    if (!/^src\/.+\.ts$/.test(name)) continue;
    const imported = factsOf(text).imports.filter(
      ({ typeOnly, lazy }) => lazy !== true && (!typeOnly || STRICT.includes(layer.tag)),
    );
    const own = imported.filter(({ specifier }) => specifier.startsWith('.'));
    arrows.set(
      name,
      own.map(({ specifier }) => posix.join(posix.dirname(name), specifier)),
    );
  }
  const done = new Set<string>();
  for (const name of arrows.keys()) {
    const circle = circleFrom(name, arrows, done, []);
    if (circle !== undefined)
      yield {
        file: `packages/${folder}/${name}`,
        message: `imports itself: ${circle.join(' → ')}`,
      };
  }
}

function circleFrom(
  name: string,
  arrows: ReadonlyMap<string, readonly string[]>,
  done: Set<string>,
  path: readonly string[],
): readonly string[] | undefined {
  const at = path.indexOf(name);
  if (at >= 0) return [...path.slice(at), name];
  if (done.has(name)) return undefined;
  for (const next of arrows.get(name) ?? []) {
    const circle = circleFrom(next, arrows, done, [...path, name]);
    if (circle !== undefined) {
      done.add(name);
      return circle;
    }
  }
  done.add(name);
  return undefined;
}
