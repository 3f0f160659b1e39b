import type { CircleCiState, Context, Holder } from './state.ts';
import type { CircleCiWorld, ContextDetailsWorld, VariablesWorld } from './world.ts';

/** The world that a living CircleCI has become, secrets opened. */
export function closeState(state: CircleCiState): CircleCiWorld {
  const organizations = [...state.organizations.values()];
  const projects = [...state.projects.values()];
  const contexts = [...state.contexts.values()];
  return {
    projects: Object.fromEntries(projects.map((one) => [one.slug, closeVariables(one)])),
    contexts: Object.fromEntries(contexts.map((one) => [keyOf(one), closeVariables(one)])),
    organizations: Object.fromEntries(organizations.map(({ slug, id }) => [slug, { id }])),
    projectDetails: Object.fromEntries(
      projects.map(({ slug, id, isFollowed, hasCanary }) => [
        slug,
        { id, isFollowed, ...(hasCanary && { hasCanary }) },
      ]),
    ),
    contextDetails: Object.fromEntries(contexts.map((one) => [keyOf(one), closeDetails(one)])),
    tokens: [...state.tokens.values()],
    behaviour: state.behaviour,
  };
}

const keyOf = ({ organization, name }: Context): string => `${organization.slug}/${name}`;

function closeVariables({ variables }: Holder): VariablesWorld {
  return Object.fromEntries(
    [...variables.values()].map(({ name, value, createdAt, updatedAt }) => [
      name,
      { value, createdAt: createdAt?.real ?? null, updatedAt: updatedAt.real },
    ]),
  );
}

function closeDetails({ id, createdAt, restrictions }: Context): ContextDetailsWorld {
  return { id, createdAt: createdAt.real, restrictions: [...restrictions.values()] };
}
