// What instrumented sources ask. It is loaded by the processes of the tests, and by those that they start in turn.
import { appendFileSync } from 'node:fs';

/** Which mutant is on (0: none), and what is told when one is reached. */
export interface Switch {
  active: number;
  reached: ((id: number) => void) | undefined;
}

/** The number of the mutant that is on, for the processes that tests start. */
export const ACTIVE = 'KEYTURN_MUTANT';
/** A file to which such processes append the numbers of the mutants that they reach. */
export const REACHED = 'KEYTURN_MUTANTS_REACHED';

declare global {
  var $mutants: Switch | undefined;
  var $isOn: ((id: number) => boolean) | undefined;
}

globalThis.$mutants ??= {
  active: Number(process.env[ACTIVE] ?? 0),
  reached: reporter(process.env[REACHED]),
};
const state = globalThis.$mutants;
export const mutants: Switch = state;

globalThis.$isOn ??= (id) => {
  state.reached?.(id);
  return state.active === id;
};

/** At once, because such a process may be killed. */
function reporter(file: string | undefined): Switch['reached'] {
  if (file === undefined) return undefined;
  const seen = new Set<number>();
  return (id) => {
    if (seen.has(id)) return;
    seen.add(id);
    appendFileSync(file, `${id}\n`);
  };
}
