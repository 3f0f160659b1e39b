import { refuse } from '../../http/answer.ts';
import { param, type Call } from '../../http/call.ts';
import { notFound } from './answers.ts';
import { accountObject } from './repository-object.ts';
import type { GitHubState } from './state.ts';
import type { AppWorld, InstallationWorld } from './world.ts';

/** The installation of the path, which has to be that App's. */
export function installationOf(app: AppWorld, call: Call): InstallationWorld {
  const id = param(call, 'installation');
  return app.installations?.find((one) => String(one.id) === id) ?? refuse(notFound());
}

/** The full names of the repositories that an installation reaches. */
export function repositoriesOf(
  { account, repositories }: InstallationWorld,
  state: GitHubState,
): readonly string[] {
  const owned = [...state.repositories.values()].filter(
    ({ owner }) => owner.login.toLowerCase() === account.toLowerCase(),
  );
  return repositories ?? owned.map(({ fullName }) => fullName);
}

export const selectionOf = ({ repositories }: InstallationWorld): string =>
  repositories === undefined ? 'all' : 'selected';

/** An installation as the API shows it. */
export function installationObject(
  app: AppWorld,
  one: InstallationWorld,
  state: GitHubState,
): object {
  const account = state.accounts.get(one.account.toLowerCase());
  return {
    id: one.id,
    app_id: app.id,
    app_slug: `app-${app.id}`,
    account: account === undefined ? null : accountObject(account),
    target_type: account?.type ?? 'User',
    permissions: one.permissions,
    repository_selection: selectionOf(one),
    suspended_at: one.suspended === true ? '2026-01-01T00:00:00Z' : null,
  };
}
