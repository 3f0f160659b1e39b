import type { Operator } from '../mutant.ts';
import { arithmetic, counts } from './arithmetic.ts';
import { calls, chains } from './calls.ts';
import { boundaries, conditions, equalities, negations, results, sides } from './conditions.ts';
import { blocks, removals } from './statements.ts';
import { anchors, booleans, lists, spreads, words } from './values.ts';

export const operators: readonly Operator[] = [
  conditions,
  results,
  sides,
  equalities,
  negations,
  boundaries,
  removals,
  blocks,
  booleans,
  words,
  lists,
  spreads,
  anchors,
  calls,
  chains,
  arithmetic,
  counts,
];
