import { type Environment, gitEnvironment, programFile } from '@keyturn/core';

import { gitMissing, gitOld } from './messages.ts';
import { type Ended, run } from './run.ts';

/**
 * What git, ssh and the TLS library need besides: proxies, certificates, the SSH agent, settings that the user gives git by
 * variables. Nothing that points git to another repository (`GIT_DIR`), and no credential of keyturn.
 */
const FOR_NETWORK =
  /^(?:GIT_SSH(?:_COMMAND|_VARIANT)?|GIT_SSL_\w+|GIT_PROXY_\w+|GIT_ASKPASS|GIT_CONFIG_(?:GLOBAL|SYSTEM|NOSYSTEM|COUNT|KEY_\d+|VALUE_\d+)|SSH_AUTH_SOCK|SSH_AGENT_PID|(?:https?|all|no)_proxy|SSL_CERT_(?:FILE|DIR)|TMPDIR|TEMP|TMP)$/i;

/** Runs nothing that a repository names, and asks nobody. */
const CONFIGURATION = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'gc.auto=0',
  'maintenance.auto=false',
  'i18n.commitEncoding=utf-8',
].flatMap((setting) => ['-c', setting]);

const MINIMUM = [2, 30] as const;
const MOST_OUTPUT = 4 * 1024 * 1024;

/** The longest that a call of git can take, in milliseconds. */
export interface Deadlines {
  /** A call that only uses files. */
  readonly local: number;
  /** A call that contacts the server. */
  readonly network: number;
}

export interface Call {
  readonly cwd: string;
  readonly signal: AbortSignal;
  readonly input?: string | undefined;
  readonly secret?: string | undefined;
  readonly env?: Readonly<Record<string, string>>;
  readonly most?: number;
  readonly deadline?: keyof Deadlines;
}

/** The git of this machine. */
export class Git {
  readonly #env: Environment;
  readonly #deadlines: Deadlines;

  constructor(env: Environment, deadlines: Deadlines) {
    this.#env = env;
    this.#deadlines = deadlines;
  }

  /** @throws {KeyturnError} `STATE_FAILED` without git */
  run(command: readonly string[], call: Call): Promise<Ended> {
    const file = programFile('git', this.#env);
    if (file === undefined) throw gitMissing();
    const { cwd, signal, input, secret, env = {}, most = MOST_OUTPUT, deadline = 'local' } = call;
    const passedOn = Object.entries(this.#env).filter(([name]) => FOR_NETWORK.test(name));
    return run({
      file,
      args: ['--no-pager', ...CONFIGURATION, ...command],
      cwd,
      env: {
        ...Object.fromEntries(passedOn),
        ...gitEnvironment(this.#env),
        GIT_TERMINAL_PROMPT: '0',
        GIT_OPTIONAL_LOCKS: '0',
        GIT_ALLOW_PROTOCOL: 'file:git:http:https:ssh',
        ...env,
      },
      input,
      secret,
      deadline: this.#deadlines[deadline],
      signal,
      most,
    });
  }

  /** @throws {KeyturnError} `STATE_FAILED` without git, or with one that is too old */
  async expectVersion(signal: AbortSignal): Promise<void> {
    const { stdout } = await this.run(['--version'], { cwd: '/', signal });
    const [, major = '', minor = ''] = /^git version (\d+)\.(\d+)/.exec(stdout.toString()) ?? [];
    const isEnough =
      Number(major) > MINIMUM[0] || (Number(major) === MINIMUM[0] && Number(minor) >= MINIMUM[1]);
    if (!isEnough) throw gitOld(stdout.toString().trim(), MINIMUM.join('.'));
  }
}
