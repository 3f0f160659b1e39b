import type { Change } from '../provider.ts';
import { TimedMap } from '../timed-map.ts';
import { addContext } from './contexts.ts';
import { holderOf } from './job.ts';
import { canonicalSlug, splitOwner } from './slug.ts';
import { randomUuid, store, type CircleCiState, type Context, type Project } from './state.ts';

/** Variables by `sink`, and `create`, `delete` and `rename` of a `project` (`gh/acme/web`) or `context` (`gh/acme/deploy`). */
export function change(given: Change, state: CircleCiState): object | undefined {
  const { op, fields } = given;
  if (op === 'write' || op === 'remove') return changeVariable(given, state);
  if (op !== 'create' && op !== 'delete' && op !== 'rename')
    throw new TypeError(`circleci has no "${op}"; it has write, remove, create, delete and rename`);
  const { project, context, to = '' } = fields;
  if (context !== undefined) return changeContext(op, context, state);
  if (project === undefined) throw new TypeError('a project or a context is needed');
  return changeProject(op, project, to, state);
}

function changeVariable({ op, place, fields }: Change, state: CircleCiState): object | undefined {
  const { name, value } = fields;
  const holder = holderOf(place, state);
  if (name === undefined) throw new TypeError('name must be text');
  if (op === 'remove') return holder?.variables.delete(name) === true ? { name } : undefined;
  if (value === undefined) throw new TypeError('value must be text');
  if (holder === undefined) return undefined;
  store(holder, name, value, state.runtime);
  return { name };
}

function changeContext(op: string, key: string, state: CircleCiState): object | undefined {
  const { owner, name } = splitOwner(key);
  const slug = canonicalSlug(owner, 2);
  const found = [...state.contexts.values()].find(
    (one: Context) => one.organization.slug === slug && one.name === name,
  );
  if (op === 'delete') {
    if (found === undefined) return undefined;
    state.contexts.delete(found.id);
    return { id: found.id };
  }
  if (op === 'rename') throw new TypeError('CircleCI cannot rename a context');
  if (found !== undefined) throw new TypeError('an organization has one context of a name');
  const organization = state.organizations.get(slug ?? '');
  return organization && { id: addContext(organization, name, state).id };
}

function changeProject(
  op: string,
  given: string,
  to: string,
  state: CircleCiState,
): object | undefined {
  const slug = slugOf(given);
  const found = state.projects.get(slug);
  if (op === 'create') {
    if (found !== undefined) throw new TypeError('there is a project of that slug');
    const { owner, name } = splitOwner(slug);
    const organization = state.organizations.get(owner);
    if (organization === undefined) return undefined;
    const id = randomUuid(state.runtime);
    const variables = new TimedMap<never>(state.runtime.clock);
    const rest = { isFollowed: true, hasCanary: false };
    state.projects.set(slug, { id, slug, name, organization, variables, ...rest });
    return { id };
  }
  if (found === undefined) return undefined;
  state.projects.delete(slug);
  if (op === 'rename') {
    const next = slugOf(to);
    const renamed: Project = { ...found, slug: next, name: splitOwner(next).name };
    state.projects.set(next, renamed);
  }
  return { id: found.id };
}

function slugOf(given: string): string {
  const slug = canonicalSlug(given, 3);
  if (slug === undefined) throw new TypeError(`"${given}" is not a project's slug`);
  return slug;
}
