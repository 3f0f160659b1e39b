import type * as Gitbeaker from '@gitbeaker/rest';

import type { Attributes } from './attributes.ts';
import type { GitlabTarget } from './target.ts';

/** The requests of one place; each method makes exactly one, and its result is of no use: the answer is read elsewhere. */
export interface VariablesApi {
  /** The project or group itself. */
  owner(): Promise<unknown>;
  /** What GitLab knows of the group's subscription, by its number. */
  namespace(id: number): Promise<unknown>;
  show(name: string): Promise<unknown>;
  create(name: string, value: string, attributes: Attributes): Promise<unknown>;
  /** Sends the value alone, so everything beside it stays. */
  edit(name: string, value: string): Promise<unknown>;
  remove(name: string): Promise<unknown>;
}

type Options = ConstructorParameters<typeof Gitbeaker.ProjectVariables>[0];

/** Gitbeaker's class for a place. The scope is sent with every request: without it GitLab may take another one's variable. */
export function variablesApi(
  gitbeaker: typeof Gitbeaker,
  { level, owner, scope = '' }: GitlabTarget,
  options: Options,
): VariablesApi {
  const owners = {
    owner: () =>
      level === 'group'
        ? new gitbeaker.Groups(options).show(owner, { withProjects: false })
        : new gitbeaker.Projects(options).show(owner),
    namespace: (id: number) => new gitbeaker.Namespaces(options).show(id),
  };
  if (level === 'instance') {
    const api = new gitbeaker.InstanceLevelCICDVariables(options);
    return {
      ...owners,
      show: (name) => api.show(name),
      create: (name, value, attributes) => api.create(name, value, { ...attributes }),
      edit: (name, value) => api.edit(name, value),
      // Its own `remove` sends a GET, which deletes nothing and answers with the value.
      remove: (name) => api.requester.delete(`admin/ci/variables/${encodeURIComponent(name)}`),
    };
  }
  const Variables = level === 'group' ? gitbeaker.GroupVariables : gitbeaker.ProjectVariables;
  const api = new Variables(options);
  const filter = { environment_scope: scope };
  // In the query: gitbeaker would send it in the body, which proxies may take off a DELETE.
  const query: object = { searchParams: { filter } };
  return {
    ...owners,
    show: (name) => api.show(owner, name, { filter }),
    create: (name, value, attributes) =>
      api.create(owner, name, value, { ...attributes, environmentScope: scope }),
    edit: (name, value) => api.edit(owner, name, value, { filter }),
    remove: (name) => api.remove(owner, name, query),
  };
}
