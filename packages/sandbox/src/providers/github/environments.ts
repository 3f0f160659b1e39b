import { empty, json } from '../../http/answer.ts';
import { param, type Call } from '../../http/call.ts';
import type { Handler, Route } from '../../http/route.ts';
import { list } from './answers.ts';
import { enterRepository, guarded, type Need } from './auth.ts';
import { openEnvironment } from './open.ts';
import { enterEnvironment } from './places.ts';
import type { Environment, GitHubState } from './state.ts';

const path = '/repos/:owner/:repo/environments';
const one = `${path}/:environment`;
const read: Need = { scopes: ['repo'], permission: 'actions', level: 'read' };
const write: Need = { scopes: ['repo'], permission: 'administration', level: 'write' };

const listEnvironments: Handler<GitHubState> = (call, state) => {
  const { environments } = enterRepository(call, state, read);
  return list(call, [...environments.values()], (page, count) => ({
    total_count: count,
    environments: page.map((environment) => environmentObject(environment, call)),
  }));
};

const getEnvironment: Handler<GitHubState> = (call, state) =>
  json(200, environmentObject(enterEnvironment(call, state, read), call));

const putEnvironment: Handler<GitHubState> = (call, state) => {
  const repository = enterRepository(call, state, write);
  const environment = openEnvironment(param(call, 'environment'), repository, state);
  return json(200, environmentObject(environment, call));
};

const deleteEnvironment: Handler<GitHubState> = (call, state) => {
  const { name } = enterEnvironment(call, state, write);
  enterRepository(call, state, write).environments.delete(name.toLowerCase());
  return empty();
};

const environmentObject = ({ id, name }: Environment, call: Call): object => ({
  id,
  node_id: `EN_${id}`,
  name,
  url: `${call.origin}${call.path}`,
  created_at: '2021-01-14T10:19:23Z',
  updated_at: '2021-01-14T10:19:23Z',
  protection_rules: [],
  deployment_branch_policy: null,
});

export const environmentRoutes: readonly Route<GitHubState>[] = [
  { method: 'GET', path, handler: guarded(read, listEnvironments) },
  { method: 'GET', path: one, handler: guarded(read, getEnvironment) },
  { method: 'PUT', path: one, handler: guarded(write, putEnvironment) },
  { method: 'DELETE', path: one, handler: guarded(write, deleteEnvironment) },
];
