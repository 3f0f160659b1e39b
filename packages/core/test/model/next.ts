import type { Memory } from '../../src/index.ts';
import type { ModelState, Process, Rest } from './world.ts';

/** The process goes on with what is left of its step, or with the next one. */
export function next(
  state: ModelState,
  process: Process,
  rest: Rest | undefined,
  memory: Partial<Memory> = {},
): ModelState {
  const { rest: _, step, ...kept } = process;
  const changed: Process = { ...kept, memory: { ...process.memory, ...memory } };
  if (rest === undefined) return { ...state, process: changed };
  return { ...state, process: { ...changed, rest, ...(step !== undefined && { step }) } };
}

/** States that only a fault leads to. */
export function faulty(...states: readonly ModelState[]): ModelState[] {
  return states
    .filter(({ budget }) => budget.faults > 0)
    .map((state) => ({ ...state, budget: { ...state.budget, faults: state.budget.faults - 1 } }));
}
