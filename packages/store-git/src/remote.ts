import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { hasCode, type KeyturnError } from '@keyturn/core';

import type { Source } from './checkout.ts';
import { gitFailed, isHarmless, problemOf, reasonIn } from './failure.ts';
import type { Git } from './git.ts';
import type { Login } from './location.ts';
import { pushRefused } from './messages.ts';
import { REMOTE } from './repository.ts';
import type { Ended } from './run.ts';

/** How a push ended. */
export type Pushed =
  /** The branch ends with the commit. */
  | { readonly kind: 'done' }
  /** The branch is not where it was expected to be, or the server could not tell. Nothing was pushed. */
  | { readonly kind: 'moved'; readonly reason: string }
  /** Nothing was pushed, and a retry would not help. */
  | { readonly kind: 'refused'; readonly error: KeyturnError }
  /** Only the branch itself can show whether the commit was pushed, now or later. */
  | { readonly kind: 'unanswered'; readonly error: KeyturnError };

/** The server's repository names objects by another hash. */
export class OtherFormat extends Error {}

const TIP = 'refs/keyturn/tip';
const LOCKS = [`${TIP}.lock`, 'shallow.lock', 'packed-refs.lock', 'config.lock'];
/** Only GitLab has it; other servers that take push options ignore what they do not know. */
const PUSH_OPTION = 'ci.skip';
/** The URLs whose servers take no push options, for this process. */
const withoutOptions = new Set<string>();
/** A server that says one of these found the branch elsewhere, or could not lock it at that moment. */
const MOVED =
  /stale info|fetch first|non-fast-forward|needs force|failed to update ref|cannot lock ref|failed to lock|unable to lock|incorrect old value|reference already exists|already exists|failed to lock/i;

/** The branch on the server. Every call contacts it. */
export class Remote {
  readonly #git: Git;
  readonly #folder: string;
  readonly #source: Source;
  readonly #ref: string;
  readonly #where: string;

  constructor(git: Git, folder: string, source: Source, branch: string, where: string) {
    this.#git = git;
    this.#folder = folder;
    this.#source = source;
    this.#ref = `refs/heads/${branch}`;
    this.#where = where;
  }

  /**
   * Fetches the branch; undefined if it does not exist. The first time only its last commit, later what follows the commits that are
   * here already, so that it shows whether the branch was rewritten.
   *
   * @throws {KeyturnError} `STATE_FAILED`
   */
  async fetch(isFirst: boolean, signal: AbortSignal, tries = 3): Promise<string | undefined> {
    const options = [
      '--quiet',
      '--no-tags',
      '--no-auto-maintenance',
      '--no-recurse-submodules',
      '--no-prune',
      '--no-write-fetch-head',
      ...(isFirst ? ['--depth=1'] : []),
    ];
    const ended = await this.#contact(
      ['fetch', ...options, REMOTE, `+${this.#ref}:${TIP}`],
      this.#source.login,
      signal,
    );
    if (ended.cause === 'exit' && ended.code === 0) return this.#tip();
    if (/mismatched algorithms/.test(ended.stderr)) throw new OtherFormat();
    if (!/^fatal: couldn't find remote ref /m.test(ended.stderr))
      throw gitFailed(this.#where, ended);
    // A text might be anybody's: the server is asked again. Another run might just have created the branch.
    if (!(await this.isMissing(signal))) {
      if (tries > 1) return this.fetch(isFirst, signal, tries - 1);
      throw gitFailed(this.#where, ended);
    }
    await rm(join(this.#folder, TIP), { force: true });
    return undefined;
  }

  /** Whether the branch does not exist. Only this exit code means that. */
  async isMissing(signal: AbortSignal): Promise<boolean> {
    const command = ['ls-remote', '--exit-code', REMOTE, this.#ref];
    const listed = await this.#contact(command, this.#source.login, signal);
    if (listed.cause === 'exit' && (listed.code === 0 || listed.code === 2))
      return listed.code === 2;
    throw gitFailed(this.#where, listed);
  }

  /** Pushes a commit onto `expected`, the end of the branch; undefined if it must not exist yet. */
  async push(
    commit: string,
    expected: string | undefined,
    signal: AbortSignal,
    isDryRun = false,
  ): Promise<Pushed> {
    const { url, pushUrl = url, login, pushLogin } = this.#source;
    const hasOptions = !withoutOptions.has(pushUrl);
    const command = [
      'push',
      '--porcelain',
      '--no-verify',
      '--no-follow-tags',
      '--no-signed',
      '--recurse-submodules=no',
      `--force-with-lease=${this.#ref}:${expected ?? ''}`,
      ...(isDryRun ? ['--dry-run'] : []),
      ...(hasOptions ? [`--push-option=${PUSH_OPTION}`] : []),
      REMOTE,
      `${commit}:${this.#ref}`,
    ];
    const ended = await this.#contact(command, pushUrl === url ? login : pushLogin, signal);
    if (hasOptions && /does not support push options/.test(ended.stderr)) {
      withoutOptions.add(pushUrl);
      return this.push(commit, expected, signal, isDryRun);
    }
    return this.#outcomeOf(ended);
  }

  #outcomeOf(ended: Ended): Pushed {
    const [, flag, summary = ''] =
      /^([ +*!=-])\t[^\t\n]*\t(.*)$/m.exec(ended.stdout.toString()) ?? [];
    const isExit = ended.cause === 'exit';
    if (isExit && ended.code === 0 && flag !== undefined && flag !== '!') return { kind: 'done' };
    const reason = /\((.*)\)\s*$/.exec(summary)?.[1] ?? summary;
    const isAnswer = isExit && flag === '!' && /^\[(?:remote )?rejected\]/.test(summary);
    if (isAnswer) {
      if (MOVED.test(reason)) return { kind: 'moved', reason };
      const said = reasonIn(ended.stderr.replaceAll(/^(?:error|To|hint).*$/gm, ''));
      const all = said === undefined ? reason : `${reason}: ${said}`;
      return { kind: 'refused', error: pushRefused(this.#where, all) };
    }
    const problem = problemOf(ended);
    return isHarmless(problem)
      ? { kind: 'refused', error: gitFailed(this.#where, ended, 'none') }
      : { kind: 'unanswered', error: gitFailed(this.#where, ended, 'unknown') };
  }

  async #contact(
    command: readonly string[],
    login: Login | undefined,
    signal: AbortSignal,
  ): Promise<Ended> {
    const secret = login && `username=${login.username}\npassword=${login.password}\n`;
    const ended = await this.#git.run(['--git-dir', this.#folder, ...command], {
      cwd: this.#source.cwd,
      signal,
      secret,
      deadline: 'network',
    });
    // A git that was killed leaves its lock files, which would fail the next one.
    if (ended.cause !== 'exit')
      for (const name of LOCKS) await rm(join(this.#folder, name), { force: true });
    return ended;
  }

  async #tip(): Promise<string | undefined> {
    try {
      return (await readFile(join(this.#folder, TIP), 'utf8')).trim();
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return undefined;
      throw error;
    }
  }
}
