import { variablesOf, type GitLabState, type Group, type Project } from './state.ts';
import { closePersonal, closeResourceToken, tokensOf } from './tokens.ts';
import type { GitLabWorld, GroupWorld, ProjectWorld } from './world.ts';

/** The world that a living GitLab has become, hidden values opened. */
export function closeState(state: GitLabState): GitLabWorld {
  const projects = [...state.projects.values()].map((project): [string, ProjectWorld] => {
    const { id, path, visibility, archived, hasCanary, topics, formerPaths } = project;
    return [
      path,
      {
        id,
        visibility,
        archived,
        ...(hasCanary && { hasCanary }),
        topics,
        formerPaths,
        variables: variablesOf(project),
        ...peopleOf(project, state),
        ...(project.protectedBranches.length > 0 && {
          protectedBranches: project.protectedBranches,
        }),
      },
    ];
  });
  const groups = [...state.groups.values()].map((group): [string, GroupWorld] => {
    const { id, path, visibility, scopes } = group;
    const licence = scopes === undefined ? {} : { scopes };
    return [
      path,
      {
        id,
        visibility,
        ...licence,
        variables: variablesOf(group),
        ...peopleOf(group, state),
      },
    ];
  });
  return {
    ...(Object.fromEntries(projects) as Record<string, ProjectWorld>),
    groups: Object.fromEntries(groups),
    instance: { variables: variablesOf(state.instance) },
    tokens: tokensOf(undefined, state).map(closePersonal),
    behaviour: state.behaviour,
  };
}

function peopleOf(
  place: Project | Group,
  state: GitLabState,
): Pick<GroupWorld, 'accessTokens' | 'members'> {
  const tokens = tokensOf(place, state);
  return {
    ...(tokens.length > 0 && { accessTokens: tokens.map(closeResourceToken) }),
    ...(place.members.length > 0 && { members: place.members }),
  };
}
