import { empty, json, refuse } from '../../http/answer.ts';
import type { Handler } from '../../http/route.ts';
import { randomSecret } from '../../runtime.ts';
import { bodyOf, failure, plainTime } from './answers.ts';
import { identifyApp } from './assertion.ts';
import { identify } from './auth.ts';
import { installationOf, repositoriesOf, selectionOf } from './installation.ts';
import type { GitHubState } from './state.ts';
import type { InstallationWorld } from './world.ts';

// docs: apps/creating-github-apps/authenticating-with-a-github-app/generating-an-installation-access-token-for-a-github-app
const HOUR = 60 * 60_000;

/** A token for an hour, with all that the installation may do or less. */
export const createToken: Handler<GitHubState> = (call, state) => {
  const installation = installationOf(identifyApp(call, state), call);
  if (installation.suspended === true) return failure(403, 'This installation has been suspended');
  const body = bodyOf(call);
  const permissions = permissionsOf(body['permissions'], installation);
  const { clock, clocks } = state.runtime;
  const expiresAt = clocks.at(new Date(clock() + HOUR).toISOString());
  const token = `ghs_${randomSecret(state.runtime, 36)}`;
  state.tokens.set(token, {
    token,
    kind: 'installation',
    account: installation.account,
    permissions,
    repositories: selected(body['repositories'], installation, state),
    expiresAt: expiresAt.real,
  });
  return json(201, {
    token,
    expires_at: plainTime(expiresAt.shown),
    permissions,
    repository_selection: selectionOf(installation),
  });
};

/** Ends the token that the request carries. */
export const revokeToken: Handler<GitHubState> = (call, state) => {
  const { token, kind } = identify(call, state);
  if (kind !== 'installation')
    return failure(403, 'Resource not accessible by personal access token');
  state.tokens.delete(token);
  return empty();
};

function permissionsOf(asked: unknown, { permissions }: InstallationWorld): typeof permissions {
  if (asked === undefined) return permissions;
  const wanted = asked as typeof permissions;
  const beyond = Object.entries(wanted).some(([name, level]) => {
    const granted = permissions[name];
    return granted === undefined || (level === 'write' && granted === 'read');
  });
  return beyond
    ? refuse(failure(422, 'The permissions requested are not granted to this installation.'))
    : wanted;
}

function selected(
  asked: unknown,
  installation: InstallationWorld,
  state: GitHubState,
): readonly string[] {
  const all = repositoriesOf(installation, state);
  if (!Array.isArray(asked)) return all;
  const wanted = asked.map((name) => `${installation.account}/${String(name)}`.toLowerCase());
  const found = all.filter((name) => wanted.includes(name.toLowerCase()));
  if (found.length === wanted.length) return found;
  return refuse(
    failure(
      422,
      'There is at least one repository that does not exist or is not accessible to the parent installation.',
    ),
  );
}
