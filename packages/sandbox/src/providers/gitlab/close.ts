import type { GitLabState } from './state.ts';
import type { GitLabWorld, GroupWorld, ProjectWorld } from './world.ts';

/** The world that a living GitLab has become, hidden values opened. */
export function closeState(state: GitLabState): GitLabWorld {
  const projects = [...state.projects.values()].map((project): [string, ProjectWorld] => {
    const { id, path, visibility, archived, hasCanary, topics, formerPaths, variables } = project;
    return [
      path,
      {
        id,
        visibility,
        archived,
        ...(hasCanary && { hasCanary }),
        topics,
        formerPaths,
        variables: [...variables],
      },
    ];
  });
  const groups = [...state.groups.values()].map(
    ({ id, path, visibility, variables }): [string, GroupWorld] => [
      path,
      { id, visibility, variables: [...variables] },
    ],
  );
  return {
    ...(Object.fromEntries(projects) as Record<string, ProjectWorld>),
    groups: Object.fromEntries(groups),
    instance: { variables: [...state.instance.variables] },
    tokens: [...state.tokens.values()],
    behaviour: state.behaviour,
  };
}
