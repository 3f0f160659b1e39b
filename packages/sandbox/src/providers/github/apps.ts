import { json } from '../../http/answer.ts';
import { param, type Call } from '../../http/call.ts';
import type { Handler, Route } from '../../http/route.ts';
import { list, notFound } from './answers.ts';
import { identifyApp } from './assertion.ts';
import { createToken, revokeToken } from './installation-token.ts';
import { installationObject, installationOf, repositoriesOf } from './installation.ts';
import type { GitHubState } from './state.ts';
import type { InstallationWorld } from './world.ts';

const getApp: Handler<GitHubState> = (call, state) => {
  const { id, clientId = null } = identifyApp(call, state);
  return json(200, { id, client_id: clientId, slug: `app-${id}`, name: `App ${id}` });
};

const listInstallations: Handler<GitHubState> = (call, state) => {
  const app = identifyApp(call, state);
  return list(call, app.installations ?? [], (page) =>
    page.map((installation) => installationObject(app, installation, state)),
  );
};

const getInstallation: Handler<GitHubState> = (call, state) => {
  const app = identifyApp(call, state);
  return json(200, installationObject(app, installationOf(app, call), state));
};

/** The installation for an account or a repository, which need not be one that it may write to. */
const findInstallation =
  (fits: (installation: InstallationWorld, call: Call, state: GitHubState) => boolean) =>
  (call: Call, state: GitHubState) => {
    const app = identifyApp(call, state);
    const found = app.installations?.find((installation) => fits(installation, call, state));
    return found === undefined ? notFound() : json(200, installationObject(app, found, state));
  };

const isOn =
  (name: string, type?: 'Organization') =>
  ({ account }: InstallationWorld, call: Call, state: GitHubState): boolean =>
    account.toLowerCase() === param(call, name).toLowerCase() &&
    (type === undefined || state.accounts.get(account.toLowerCase())?.type === type);

const hasRepository = (
  installation: InstallationWorld,
  call: Call,
  state: GitHubState,
): boolean => {
  const name = `${param(call, 'owner')}/${param(call, 'repo')}`.toLowerCase();
  return repositoriesOf(installation, state).some((each) => each.toLowerCase() === name);
};

const one = '/app/installations/:installation';

export const appRoutes: readonly Route<GitHubState>[] = [
  { method: 'GET', path: '/app', handler: getApp },
  { method: 'GET', path: '/app/installations', handler: listInstallations },
  { method: 'GET', path: one, handler: getInstallation },
  { method: 'POST', path: `${one}/access_tokens`, handler: createToken },
  {
    method: 'GET',
    path: '/orgs/:org/installation',
    handler: findInstallation(isOn('org', 'Organization')),
  },
  { method: 'GET', path: '/users/:login/installation', handler: findInstallation(isOn('login')) },
  {
    method: 'GET',
    path: '/repos/:owner/:repo/installation',
    handler: findInstallation(hasRepository),
  },
  { method: 'DELETE', path: '/installation/token', handler: revokeToken },
];
