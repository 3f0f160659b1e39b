import type { Start } from '../start.ts';
import type { History } from './history.ts';
import { play, type Played } from './play.ts';

/** A failing history as small as it could be made, and what came of it. */
export interface Shrunk {
  readonly history: History;
  readonly played: Played;
  /** Which operations of the first history are left, from 1. */
  readonly left: readonly number[];
}

/** Leaves out operations as long as the same rule is broken, in halves and then one by one; plays at most `most` histories. */
export async function shrink(
  history: History,
  played: Played,
  start: Start,
  most: number,
): Promise<Shrunk> {
  const kind = kindOf(played);
  let left = history.operations.map((_, number) => number);
  let last = played;
  let plays = 0;
  for (let size = Math.ceil(left.length / 2); size >= 1; size = size > 1 ? Math.ceil(size / 2) : 0)
    for (let at = left.length - size; at > -size; at -= size) {
      if (plays >= most) break;
      const from = Math.max(0, at);
      const fewer = left.filter((_, index) => index < from || index >= at + size);
      if (fewer.length === left.length) continue;
      plays++;
      const again = await play(subset(history, fewer), start);
      if (kindOf(again) !== kind) continue;
      left = fewer;
      last = again;
    }
  return {
    history: subset(history, left),
    played: last,
    left: left.map((number) => number + 1),
  };
}

/** The history with these of its operations alone, counted from 0. */
export function subset(history: History, numbers: readonly number[]): History {
  const operations = history.operations.filter((_, number) => numbers.includes(number));
  return { ...history, operations };
}

/** Ids and numbers differ from play to play; the rule does not. */
function kindOf({ broken }: Played): string {
  return (broken[0] ?? '').split(/[:(]/, 1)[0]?.replaceAll(/\d+/g, '') ?? '';
}
