import { holderOf, type Machine } from '@keyturn/core/ledger';
import { type Clock, codeOf, type Environment, KeyturnError } from '@keyturn/core';

import { type ObjectFormat, readCheckout, type Source } from './checkout.ts';
import { Git, type Deadlines } from './git.ts';
import { type Location, rememberLogin } from './location.ts';
import { temporaryUnwritable } from './messages.ts';
import { Objects } from './objects.ts';
import { Remote } from './remote.ts';
import {
  createRepository,
  removeRepository,
  sweepRepositories,
  temporaryFolder,
} from './repository.ts';

/** What a store works with. */
export interface Means {
  readonly location: Location;
  /** The base of `git:REMOTE`. */
  readonly directory: string;
  readonly env: Environment;
  readonly clock: Clock;
  readonly machine: () => Promise<Machine>;
  readonly deadlines: Deadlines;
  /** The location without a password, for people. */
  readonly where: string;
}

/** A repository of this run in a temporary folder, and what is behind it. */
export interface Workspace {
  readonly remote: Remote;
  readonly objects: Objects;
  readonly source: Source;
  readonly remove: () => Promise<void>;
}

/**
 * Prepares a repository. Contacts nobody.
 *
 * @param objectFormat the server's, if that is known
 *
 * @throws {KeyturnError} `STATE_FAILED` without git or a checkout, `CONFIG_INVALID` without the remote
 */
export async function openWorkspace(
  means: Means,
  objectFormat: ObjectFormat | undefined,
  signal: AbortSignal,
): Promise<Workspace> {
  const { location, directory, env, deadlines } = means;
  const git = new Git(env, deadlines);
  await git.expectVersion(signal);
  const source: Source =
    'remote' in location
      ? await readCheckout(git, directory, location.remote, signal)
      : {
          cwd: '/',
          url: location.url,
          login: location.login,
          includes: [],
          settings: [],
          objectFormat: 'sha1',
        };
  rememberLogin(source.login);
  rememberLogin(source.pushLogin);
  try {
    return await workspaceFor(means, git, source, objectFormat ?? source.objectFormat);
  } catch (error) {
    throw KeyturnError.is(error) ? error : temporaryUnwritable(temporaryFolder(env), codeOf(error));
  }
}

async function workspaceFor(
  means: Means,
  git: Git,
  source: Source,
  objectFormat: ObjectFormat,
): Promise<Workspace> {
  const { location, env, clock, where } = means;
  const machine = await means.machine();
  const parent = temporaryFolder(env);
  await sweepRepositories(parent, machine);
  const owner = JSON.stringify(await holderOf(machine, 'temporary', clock));
  const folder = await createRepository(parent, owner, source, objectFormat);
  return {
    source,
    remote: new Remote(git, folder, source, location.branch, where),
    objects: new Objects(git, folder, where),
    remove: () => removeRepository(folder),
  };
}
