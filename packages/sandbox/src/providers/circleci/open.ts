import { createUsages } from '../../http/usage.ts';
import { createCanaries, type UseToken } from '../canary.ts';
import type { ProviderRuntime } from '../clocks.ts';
import { TimedMap } from '../timed-map.ts';
import { canonicalSlug, splitOwner } from './slug.ts';
import {
  uuidOf,
  type CircleCiState,
  type Context,
  type Organization,
  type Project,
  type Variable,
} from './state.ts';
import type { CircleCiWorld, VariablesWorld } from './world.ts';

/** Makes a living CircleCI of its part of the world. */
export function openState(
  world: CircleCiWorld,
  runtime: ProviderRuntime,
  use: UseToken,
): CircleCiState {
  const { clocks } = runtime;
  const organizations = new Map<string, Organization>();
  const organizationOf = (given: string): Organization => {
    const slug = canonicalSlug(given, 2);
    if (slug === undefined) throw new TypeError(`"${given}" is no organization's slug`);
    const existing = organizations.get(slug);
    if (existing !== undefined) return existing;
    const id = world.organizations?.[given]?.id ?? uuidOf(`organization ${slug}`);
    const organization = { id, slug };
    organizations.set(slug, organization);
    return organization;
  };
  for (const slug of Object.keys(world.organizations ?? {})) organizationOf(slug);

  const projects = Object.entries(world.projects ?? {}).map(([given, variables]): Project => {
    const slug = canonicalSlug(given, 3);
    if (slug === undefined) throw new TypeError(`"${given}" is no project's slug`);
    const { owner, name } = splitOwner(slug);
    return {
      id: world.projectDetails?.[given]?.id ?? uuidOf(`project ${slug}`),
      slug,
      name,
      organization: organizationOf(owner),
      isFollowed: world.projectDetails?.[given]?.isFollowed ?? true,
      hasCanary: world.projectDetails?.[given]?.hasCanary ?? false,
      variables: openVariables(variables, runtime),
    };
  });
  const contexts = Object.entries(world.contexts ?? {}).map(([given, variables]): Context => {
    const { owner, name } = splitOwner(given);
    if (name === '') throw new TypeError(`"${given}" is no organization's slug with a name`);
    const { id, createdAt, restrictions = [] } = world.contextDetails?.[given] ?? {};
    const opened = restrictions.map((one, i) => ({
      id: uuidOf(`restriction ${i} ${given}`),
      ...one,
    }));
    return {
      id: id ?? uuidOf(`context ${given}`),
      name,
      organization: organizationOf(owner),
      createdAt: createdAt === undefined ? clocks.now() : clocks.at(createdAt),
      variables: openVariables(variables, runtime),
      restrictions: new Map(opened.map((one) => [one.id, one])),
    };
  });
  return {
    runtime,
    behaviour: { install: 'cloud', pageSize: 20, tailDelayMs: 0, ...world.behaviour },
    organizations,
    projects: new Map(projects.map((project) => [project.slug, project])),
    contexts: new Map(contexts.map((context) => [context.id, context])),
    canaries: createCanaries(use, runtime),
    tokens: new Map((world.tokens ?? []).map((token) => [token.token, token])),
    usage: createUsages(runtime.clock, 60_000),
  };
}

function openVariables(
  world: VariablesWorld,
  { clock, clocks }: ProviderRuntime,
): TimedMap<Variable> {
  const time = clocks.now().real;
  return new TimedMap(
    clock,
    Object.entries(world).map(([name, { value, createdAt = time, updatedAt = time }]) => [
      name,
      {
        name,
        value,
        createdAt: createdAt === null ? null : clocks.at(createdAt),
        updatedAt: clocks.at(updatedAt),
      },
    ]),
  );
}
