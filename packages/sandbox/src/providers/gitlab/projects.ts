import { json } from '../../http/answer.ts';
import type { Call } from '../../http/call.ts';
import type { Handler, Route } from '../../http/route.ts';
import { keysetList, list } from './answers.ts';
import { accessTo, enterGroup, enterProject, hasLevel, identify, sees } from './auth.ts';
import { parentsOf, type GitLabState, type Group, type Project } from './state.ts';

const CREATED = '2021-01-14T10:19:23.000Z';

const getProject: Handler<GitLabState> = (call, state) =>
  json(200, projectObject(enterProject(call, state), state, call));

const listProjects: Handler<GitLabState> = (call, state) => {
  const token = identify(call, state);
  const visible = [...state.projects.values()].filter((project) => sees(token, project));
  const show = (project: Project): object => projectObject(project, state, call);
  const least = Number(call.query.get('min_access_level') ?? 0);
  const asked = visible
    .filter(wanted(call))
    .filter(({ path }) => least === 0 || hasLevel(token, path, least));
  return call.query.get('pagination') === 'keyset'
    ? keysetList(call, asked, show)
    : list(call, asked.map(show));
};

/** Without `include_subgroups` only those that are directly in the group. */
const listOfGroup: Handler<GitLabState> = (call, state) => {
  const { path } = enterGroup(call, state);
  const token = identify(call, state);
  const isDeep = call.query.get('include_subgroups') === 'true';
  const inside = ({ path: project }: Project): boolean => {
    const parents = parentsOf(project);
    return isDeep ? parents.includes(path) : parents.at(-1) === path;
  };
  const projects = [...state.projects.values()].filter(
    (project) => inside(project) && sees(token, project) && wanted(call)(project),
  );
  return list(
    call,
    projects.map((project) => projectObject(project, state, call)),
  );
};

const listGroups: Handler<GitLabState> = (call, state) => {
  const token = identify(call, state);
  return groupList(
    call,
    [...state.groups.values()].filter((group) => sees(token, group)),
  );
};

/** Subgroups at any depth, or only those that are directly in the group. */
const listOfSubgroups =
  (isDeep: boolean): Handler<GitLabState> =>
  (call, state) => {
    const { path } = enterGroup(call, state);
    const token = identify(call, state);
    const inside = (group: Group): boolean => {
      const parents = parentsOf(group.path);
      return isDeep ? parents.includes(path) : parents.at(-1) === path;
    };
    return groupList(
      call,
      [...state.groups.values()].filter((group) => inside(group) && sees(token, group)),
    );
  };

const groupList = (call: Call, groups: readonly Group[]) => list(call, groups.map(groupObject));

const getGroup: Handler<GitLabState> = (call, state) =>
  json(200, groupObject(enterGroup(call, state)));

/** What `archived`, `search` and `topic` leave. */
function wanted({ query }: Call): (project: Project) => boolean {
  const archived = query.get('archived');
  const search = query.get('search')?.toLowerCase() ?? '';
  const topics = query.get('topic')?.split(',') ?? [];
  return (project) =>
    (archived === null || String(project.archived) === archived) &&
    nameOf(project.path).toLowerCase().includes(search) &&
    topics.every((topic) => project.topics.includes(topic.trim()));
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

function projectObject(project: Project, state: GitLabState, call: Call): object {
  const { id, path, visibility, archived, topics } = project;
  const namespace = state.groups.get(parentsOf(path).at(-1)?.toLowerCase() ?? '');
  return {
    id,
    name: nameOf(path),
    name_with_namespace: path.replaceAll('/', ' / '),
    path: nameOf(path),
    path_with_namespace: path,
    description: null,
    default_branch: 'main',
    visibility,
    archived,
    topics,
    web_url: `${call.origin}/${path}`,
    http_url_to_repo: `${call.origin}/${path}.git`,
    ssh_url_to_repo: `git@${new URL(call.origin).hostname}:${path}.git`,
    created_at: CREATED,
    last_activity_at: CREATED,
    permissions: accessTo(identify(call, state), path),
    ...(namespace !== undefined && { namespace: { ...groupObject(namespace), kind: 'group' } }),
  };
}

const groupObject = ({ id, path, visibility }: Group): object => ({
  id,
  name: nameOf(path),
  path: nameOf(path),
  full_path: path,
  full_name: path.replaceAll('/', ' / '),
  visibility,
  description: '',
});

export const projectRoutes: readonly Route<GitLabState>[] = [
  { method: 'GET', path: '/projects', handler: listProjects },
  { method: 'GET', path: '/projects/:id', handler: getProject },
  { method: 'GET', path: '/groups', handler: listGroups },
  { method: 'GET', path: '/groups/:id', handler: getGroup },
  { method: 'GET', path: '/groups/:id/subgroups', handler: listOfSubgroups(false) },
  { method: 'GET', path: '/groups/:id/descendant_groups', handler: listOfSubgroups(true) },
  { method: 'GET', path: '/groups/:id/projects', handler: listOfGroup },
];
