import type { JobPlace, JobValues } from '../provider.ts';
import { canonicalSlug } from './slug.ts';
import type { CircleCiState, Holder } from './state.ts';

/** What a job reads: the variables of its project (`gh/acme/web`), or of a context (`gh/acme?context=deploy`). */
export function jobValues({ path, query }: JobPlace, state: CircleCiState): JobValues | undefined {
  const holder = holderOf({ path, query }, state);
  if (holder === undefined) return undefined;
  const secrets = [...holder.variables.values()].map(({ name, value }) => [name, value] as const);
  return { secrets: new Map(secrets), variables: new Map() };
}

/** The project or the context that a target names. */
export function holderOf({ path, query }: JobPlace, state: CircleCiState): Holder | undefined {
  const context = query.get('context');
  return context === null
    ? state.projects.get(canonicalSlug(path, 3) ?? '')
    : contextOf(path, context, state);
}

/** By the organization's slug or id, and the context's name or id. */
function contextOf(path: string, wanted: string, state: CircleCiState): Holder | undefined {
  const slug = canonicalSlug(path, 2);
  return [...state.contexts.values()].find(
    ({ id, name, organization }) =>
      (organization.slug === slug || organization.id === path.toLowerCase()) &&
      (name === wanted || id === wanted.toLowerCase()),
  );
}
