import type * as Gitbeaker from '@gitbeaker/rest';

import type { Attributes } from './attributes.ts';
import type { GitlabTarget } from './target.ts';

/** The requests of one place. Each method makes exactly one; its result is not used, because the response is read elsewhere. */
export interface VariablesApi {
  /** The project or group itself. */
  owner(): Promise<unknown>;
  /** The namespace of the group with its plan, by its number. */
  namespace(id: number): Promise<unknown>;
  show(name: string): Promise<unknown>;
  create(name: string, value: string, attributes: Attributes): Promise<unknown>;
  /** Sends only the value, so all other attributes stay. */
  edit(name: string, value: string): Promise<unknown>;
  remove(name: string): Promise<unknown>;
}

type Options = ConstructorParameters<typeof Gitbeaker.ProjectVariables>[0];

/** Gitbeaker's class for a place. Every request has the scope: without it, GitLab might use the variable of another scope. */
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
      // Its own `remove` sends a GET, which deletes nothing and returns the value.
      remove: (name) => api.requester.delete(`admin/ci/variables/${encodeURIComponent(name)}`),
    };
  }
  const Variables = level === 'group' ? gitbeaker.GroupVariables : gitbeaker.ProjectVariables;
  const api = new Variables(options);
  const filter = { environment_scope: scope };
  // In the query: gitbeaker would send it in the body, which a proxy might remove from a DELETE.
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
