import type { JobPlace, JobValues } from '../provider.ts';
import { named, parentsOf, variablesOf } from './state.ts';
import type { GitLabState, Holder, Variable } from './state.ts';

/**
 * What a job reads: the instance's values, over them those of its groups, the nearest last, over them the project's;
 * within each those whose scope fits its environment, the best fit last. docs: ci/variables, "CI/CD variable precedence".
 * The scope of the place is the job's environment; a group or the instance stands for a project in it that has none.
 */
export function jobValues(place: JobPlace, state: GitLabState): JobValues | undefined {
  const holders = holdersOf(place, state);
  if (holders === undefined) return undefined;
  const environment = place.query.get('scope') ?? '*';
  const fitting = holders.flatMap((holder) =>
    variablesOf(holder)
      .filter(({ environment_scope: scope }) => fits(scope, environment))
      .toSorted((a, b) => rank(a, environment) - rank(b, environment)),
  );
  const rows = new Map(fitting.map((variable) => [variable.key, variable]));
  const values = new Map([...rows].map(([key, row]) => [key, expanded(row, rows)]));
  return { secrets: values, variables: values };
}

function holdersOf({ path, query }: JobPlace, state: GitLabState): Holder[] | undefined {
  const level = query.get('level') ?? 'project';
  if (level === 'instance') return [state.instance];
  const own = level === 'group' ? named(state.groups, path) : named(state.projects, path);
  if (own === undefined) return undefined;
  const parents = parentsOf(own.path).flatMap((each) => state.groups.get(each.toLowerCase()) ?? []);
  return [state.instance, ...parents, own];
}

/** `*` in a scope stands for any text. */
function fits(scope: string, environment: string): boolean {
  const pattern = scope
    .split('*')
    .map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${pattern.join('.*')}$`).test(environment);
}

function rank({ environment_scope: scope }: Variable, environment: string): number {
  return scope === environment ? 2 : Number(scope !== '*');
}

/** A value that is not raw has the variables that it names filled in, once. */
function expanded({ value, raw }: Variable, rows: ReadonlyMap<string, Variable>): string {
  if (raw) return value;
  return value.replaceAll(/\$\$|\$(\w+)|\$\{(\w+)\}/g, (text, plain?: string, braced?: string) =>
    text === '$$' ? '$' : (rows.get(plain ?? braced ?? '')?.value ?? ''),
  );
}
