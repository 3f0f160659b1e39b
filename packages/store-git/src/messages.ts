import { type Effect, fileProblem, KeyturnError } from '@keyturn/core';
import { describeHolder, type Holder } from '@keyturn/core/ledger';

/** Everything that this package says to users: code, message and hint, side by side. */

// The location.

export const LOCATION_INVALID =
  'the location must be git:REMOTE#BRANCH, git+https://HOST/PATH#BRANCH, git+ssh://… or git+file:///PATH#BRANCH';
export const BRANCH_INVALID = 'the part after # is not a valid branch name, such as keyturn-ledger';
export const branchOptionLike = (): string => 'the branch name after # must not start with a dash';
export const REMOTE_INVALID = 'the name of a remote must not start with a dash';
export const remoteIsAddress = (): string =>
  'git: takes the name of a remote, such as git:origin; for an address, use git+https://, git+ssh:// or git+file://';
export const URL_WITH_QUERY = 'the URL of a repository must not have a query (?…)';
export const FILE_WITH_HOST = 'git+file: needs an absolute path: git+file:///srv/ledger.git';
export const HTTP_NOT_LOCAL = 'use git+https:// instead of git+http://, which is only for loopback';
export const SSH_WITH_PASSWORD = 'ssh takes no password from a URL; use a key, or an SSH agent';

const configuration = (what: string, hint: string): KeyturnError =>
  new KeyturnError('CONFIG_INVALID', what, { hint, effect: 'none' });

const listed = (names: readonly string[]): string => names.slice(0, 10).join(', ');

export const remotesMissing = (): KeyturnError =>
  configuration(
    'the repository has no remotes',
    'Add one with git remote add, or set KEYTURN_STATE to the URL of a repository: git+https://….',
  );

export const remoteMissing = (name: string, names: readonly string[]): KeyturnError =>
  configuration(
    `the repository has no remote "${name}"; it has ${listed(names)}`,
    `Set KEYTURN_STATE to git:${names[0] ?? 'origin'}.`,
  );

export const remoteAmbiguous = (names: readonly string[]): KeyturnError =>
  configuration(
    `the repository has several remotes: ${listed(names)}`,
    `Name one in KEYTURN_STATE, such as git:${names[0] ?? 'origin'}.`,
  );

export const remoteManyUrls = (name: string): KeyturnError =>
  configuration(
    `remote "${name}" pushes to several URLs`,
    'Use a remote with one URL: a ledger is in one place.',
  );

// git and its server.

const failed = (what: string, hint: string, effect: Effect): KeyturnError =>
  new KeyturnError('STATE_FAILED', what, { hint, effect });

export const gitMissing = (): KeyturnError =>
  failed('git is not installed', 'Install git, or add its folder to PATH.', 'none');

export const gitOld = (found: string, minimum: string): KeyturnError =>
  failed(`${found} is too old`, `Install git ${minimum} or newer.`, 'none');

export const checkoutMissing = (directory: string): KeyturnError =>
  failed(
    `${directory} is not in a git repository`,
    'Run it in a checkout, or set KEYTURN_STATE to a URL: git+https://….',
    'none',
  );

export const checkoutNotOwned = (directory: string): KeyturnError =>
  failed(
    `git does not trust the repository of ${directory}: it belongs to another user`,
    'Run git config --global --add safe.directory with the path of the repository.',
    'none',
  );

export const temporaryUnwritable = (folder: string, code: string | undefined): KeyturnError => {
  const { what } = fileProblem(code, {}, '');
  return failed(`${folder}: ${what}`, 'Set TMPDIR to a folder that can be written.', 'none');
};

/** What a failed call of git means. */
const table = {
  notOwned: {
    what: 'git does not trust the repository: it belongs to another user',
    hint: 'Run git config --global --add safe.directory with the path of the repository.',
  },
  loginMissing: {
    what: 'the server asks for credentials',
    hint: 'Give git credentials: keep those of the checkout, or configure a credential helper.',
  },
  loginRefused: {
    what: 'the server rejected the credentials',
    hint: 'Check that the token is valid, and not expired.',
  },
  forbidden: {
    what: 'access is denied',
    hint: 'Allow the credentials to read and push the branch: in GitHub Actions, permissions: contents: write.',
  },
  keyRefused: {
    what: 'the server accepted no SSH key',
    hint: 'Add a key that may push to the SSH agent; a deploy key needs write access.',
  },
  hostUnknown: {
    what: 'the host key of the server is unknown',
    hint: 'Add it to known_hosts.',
  },
  repositoryMissing: {
    what: 'the repository does not exist, or the credentials cannot see it',
    hint: 'Check the URL, and what the credentials have access to.',
  },
  certificate: {
    what: 'no secure connection to the server',
    hint: 'Check its certificate; set GIT_SSL_CAINFO for a certificate authority of your own.',
  },
  unreachable: {
    what: 'the server is unreachable',
    hint: 'Check the network, and the host in the URL.',
  },
  unsupported: {
    what: 'git cannot use this kind of URL',
    hint: 'Use an https, ssh or file URL.',
  },
  unwritable: {
    what: 'the repository cannot be written',
    hint: 'Give the user that runs keyturn access to it.',
  },
  full: { what: 'the disk is full', hint: 'Make room, then run it again.' },
  cut: { what: 'the connection was lost', hint: 'Run it again.' },
  silent: {
    what: 'git timed out: the server does not respond',
    hint: 'Check the server, then run it again.',
  },
  interrupted: { what: 'git was interrupted', hint: 'Run it again.' },
  failed: { what: 'git failed', hint: 'See what git says, then run it again.' },
} as const;

export type Problem = keyof typeof table;

export const storeFailed = (
  where: string,
  problem: Problem,
  reason: string | undefined,
  effect: Effect,
): KeyturnError => {
  const { what, hint } = table[problem];
  return failed(`${where}: ${what}${reason === undefined ? '' : ` (${reason})`}`, hint, effect);
};

export const pushRefused = (where: string, reason: string): KeyturnError =>
  failed(
    `${where}: the server refused the push (${reason})`,
    'Allow keyturn to push to this branch: see its protection rules and hooks.',
    'none',
  );

export const pushContended = (where: string): KeyturnError =>
  failed(
    `${where}: other runs pushed to the branch again and again`,
    'Run it again when fewer runs are active.',
    'none',
  );

export const storeClosed = (where: string): KeyturnError =>
  failed(`${where}: the store was closed`, 'Open it again.', 'none');

// The branch.

export const objectMissing = (where: string): KeyturnError =>
  failed(
    `${where}: an object of the repository is missing`,
    'Run it again; if that does not help, run git fsck on the server.',
    'none',
  );

export const branchRewritten = (where: string): KeyturnError =>
  new KeyturnError('STATE_LOST', `${where}: the branch was rewritten or removed during this run`, {
    hint: 'Find out what does that (a force push), restore the branch, then run it again.',
    effect: 'none',
  });

export const notAFile = (where: string): KeyturnError =>
  failed(`${where}: it is not a regular file`, 'Remove it from the branch.', 'none');

// The lock.

const heldBy = (rotation: string, holder: Holder): string =>
  `rotation "${rotation.slice(0, 100)}" is held by ${describeHolder(holder)}`;

/** @param lease seconds; undefined if the holder is on this machine and its process runs */
export const lockHeld = (
  rotation: string,
  holder: Holder,
  lease: number | undefined,
): KeyturnError =>
  new KeyturnError('STATE_BUSY', heldBy(rotation, holder), {
    hint:
      lease === undefined
        ? `Wait until that run has ended; if it hangs, end process ${holder.pid}.`
        : `Wait until that run has ended; if its machine is gone, wait ${lease} seconds, or run keyturn ledger unlock NAME.`,
    effect: 'none',
  });

/** @param until milliseconds since 1970 */
export const watchedHolder = (holder: Holder, until: number): string =>
  `${describeHolder(holder)}, which is taken over at ${new Date(until).toISOString()} unless it is renewed`;

// The ledger.

/** What to do if a ledger is not what its head says; `head` is the name of that. */
export const headContradicts = (head: string): string =>
  `Restore the ledger from the history of its branch; to continue from this one, remove ${head}.`;

// Warnings.

export const branchWillBeCreated = (branch: string): string =>
  `the branch ${branch} does not exist: the first run creates it`;
