/** One promise of SECURITY.md, the test that holds it, and a mistake that this test has to notice. */
export interface Threat {
  /** The words of the promise in SECURITY.md. */
  readonly promise: string;
  /** From the root of the workspace. */
  readonly test: string;
  /** The tests of that file that are run; all of them by default. */
  readonly only?: string;
  /** A text that is there once is replaced. */
  readonly mistake: readonly [file: string, before: string, after: string];
}

export const threats: readonly Threat[] = [
  {
    promise: 'A secret is never converted to text',
    test: 'packages/core/test/secret.test.ts',
    mistake: [
      'packages/core/src/contracts/secret.ts',
      '  toJSON(): string {\n    return HIDDEN;',
      '  toJSON(): string {\n    return this.#value;',
    ],
  },
  {
    promise: 'No output, file, argument or child process contains a secret',
    test: 'packages/cli/test/leaks/commands.test.ts',
    only: 'keyturn rotate',
    mistake: [
      'packages/core/src/runner/steps/deliver.ts',
      "await run.ledger.append({ type: 'delivered', token, sink: sink.id, receipt });\n      for (const",
      "await run.ledger.append({ type: 'delivered', token, sink: sink.id, receipt: { ...receipt, at: receipt.at, leak: entries.map(({ value }) => (typeof value === 'string' ? value : value.reveal())) } as never });\n      for (const",
    ],
  },
  {
    promise: 'A run can be killed at any time',
    test: 'packages/core/test/runner/crash.test.ts',
    mistake: [
      'packages/core/src/runner/steps/issue.ts',
      'await ledger.append(...events, started);',
      'void started;',
    ],
  },
  {
    promise: 'URLs must use https, except for loopback',
    test: 'packages/http/test/url.test.ts',
    mistake: [
      'packages/http/src/url.ts',
      "url.protocol === 'https:' || (",
      "url.protocol !== '' || (",
    ],
  },
  {
    promise: 'Redirects to another origin are not followed',
    test: 'packages/http/test/fetch.test.ts',
    only: 'a redirect',
    mistake: [
      'packages/http/src/fetch.ts',
      'if (reads && next?.origin === url.origin && hops',
      'if (reads && next !== undefined && hops',
    ],
  },
  {
    promise: 'Lists from servers are bounded',
    test: 'packages/http/test/page-bound.test.ts',
    mistake: [
      'packages/http/src/page-bound.ts',
      'if (bytes > MOST_BYTES)',
      'if (bytes > Infinity)',
    ],
  },
  {
    promise: 'Secrets that a server echoes are blanked',
    test: 'packages/core/test/echoes.test.ts',
    mistake: [
      'packages/core/src/text/known.ts',
      '  const blanked = withoutParts(text, parts);',
      '  const blanked = [...all.values].reduce((left, one) => left.replaceAll(one, "…"), text);',
    ],
  },
  {
    promise: 'Foreign text cannot act as a CI command',
    test: 'packages/core/test/commands.test.ts',
    mistake: [
      'packages/core/src/text/commands.ts',
      '    .replaceAll(HASHES, String.raw`\\u0023`)\n',
      '',
    ],
  },
  {
    promise: 'Disabled certificate checks are reported',
    test: 'packages/cli/test/others-words.test.ts',
    only: 'certificates that are not checked',
    mistake: ['packages/cli/src/program/program.ts', 'if (isOpen) tell(', 'if (!isOpen) tell('],
  },
  {
    promise: 'A kind is a name, not a path',
    test: 'packages/cli/test/trust/kinds.test.ts',
    mistake: [
      'packages/host/src/adapters/target-module.ts',
      'RegExp = /^[a-z][a-z0-9-]{0,63}$/;',
      'RegExp = /^[^:]+$/;',
    ],
  },
  {
    promise: 'Commands that only read ledgers load no code from the checkout',
    test: 'packages/cli/test/trust/reading.test.ts',
    mistake: [
      'packages/host/src/session/chosen.ts',
      "const code = purpose === 'reads' ? 'store' : 'any';",
      "const code = 'any';",
    ],
  },
  {
    promise: 'Untrusted files cannot run code',
    test: 'packages/cli/test/trust/untrusted.test.ts',
    mistake: [
      'packages/host/src/session/untrusted.ts',
      '  if (needs.length > 0) throw untrusted([...new Set(needs)]);',
      '  void untrusted;',
    ],
  },
  {
    promise: 'A URL in the configuration receives credentials only with consent',
    test: 'packages/cli/test/trust/hosts.test.ts',
    mistake: [
      'packages/host/src/session/consent.ts',
      '    if (address !== undefined) throw refusal(address, env);',
      '    void [address, refusal, env];',
    ],
  },
  {
    promise: 'A ledger cannot give permissions to a token',
    test: 'packages/core/test/runner/trust.test.ts',
    mistake: [
      'packages/core/src/runner/steps/check.ts',
      '  if (predecessor !== undefined && !isVouchedFor(run, id)) ',
      '  if (predecessor !== undefined && !isVouchedFor(run, id) && id === undefined) ',
    ],
  },
  {
    promise: 'A ledger can only revoke tokens of its rotation',
    test: 'packages/core/test/runner/trust.test.ts',
    mistake: [
      'packages/core/src/runner/steps/revoke.ts',
      'if (yield* isOurs(run, token)) return true;',
      'if (isOurs !== undefined) return true;',
    ],
  },
  {
    promise: 'A ledger can only search for labels of its rotation',
    test: 'packages/core/test/runner/trust.test.ts',
    mistake: ['packages/core/src/runner/rotate.ts', '  refuseForeignLabels(run);\n', ''],
  },
  {
    promise: 'Permissions to manage tokens or members are never copied',
    test: 'packages/core/test/runner/trust.test.ts',
    mistake: [
      'packages/core/src/runner/steps/check.ts',
      '  if (managing.length > 0) ',
      '  if (managing.length > 99) ',
    ],
  },
  {
    promise: 'A signed ledger is trusted only with its key',
    test: 'packages/cli/test/signed.test.ts',
    only: 'a signed ledger',
    mistake: [
      'packages/core/src/ledger/signed.ts',
      '      for (const record of ledger.records) check(rotation, record);\n',
      '      void check;\n',
    ],
  },
  {
    promise: 'Files of other users are refused',
    test: 'packages/cli/test/neighbours-owner.test.ts',
    mistake: [
      'packages/host/src/trust/foreign.ts',
      '  if (uid === undefined) return;',
      '  if (uid !== -1) return;',
    ],
  },
  {
    promise: "Compiled code is cached in the user's own folder",
    test: 'packages/cli/test/neighbours-cache.test.ts',
    only: 'compiled code',
    mistake: [
      'packages/cli/bin/cache.js',
      'return isOurs ? folder : undefined;',
      'return isOurs || folder ? folder : undefined;',
    ],
  },
  {
    promise: 'Crash reports contain nothing from the environment',
    test: 'packages/cli/test/neighbours-cache.test.ts',
    only: 'own report',
    mistake: ['packages/cli/bin/start.js', '{ excludeEnv: true, excludeNetwork: true }', '{}'],
  },
  {
    promise: 'Programs are searched for in safe folders only',
    test: 'packages/core/test/program.test.ts',
    mistake: [
      'packages/core/src/define/program.ts',
      '(folder) => isAbsolute(folder) && !/',
      '(folder) => folder !== undefined || !/',
    ],
  },
  {
    promise: 'Adapters that no manifest names are not loaded',
    test: 'packages/host/test/adapters/named.test.ts',
    mistake: [
      'packages/host/src/adapters/beside.ts',
      'findAdapters(ownPackage(role, kind), ownFolder)',
      'findAdapters(`keyturn-${role}-${kind}`, process.cwd())',
    ],
  },
  {
    promise: 'A new env file is readable only by its owner until it is in place',
    test: 'packages/sink-env/test/remains.test.ts',
    mistake: [
      'packages/sink-env/src/replace.ts',
      'constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600)',
      'constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o644)',
    ],
  },
  {
    promise: 'In a CI job, a new token is masked or not printed',
    test: 'packages/cli/test/token-create.test.ts',
    mistake: [
      'packages/cli/src/commands/token/create.ts',
      '  if (flags.sink === undefined) refuseUnmaskable(host);\n',
      '  void refuseUnmaskable;\n',
    ],
  },
  {
    promise: 'A program of exec: receives only what it is given',
    test: 'packages/sink-exec/test/deliver.test.ts',
    mistake: [
      'packages/sink-exec/src/environment.ts',
      '([name]) => PASSED_ON.test(name) ||',
      '([name]) => name !== "" || PASSED_ON.test(name) ||',
    ],
  },
  {
    promise: 'A pipeline ignores variables of whoever starts it',
    test: 'packages/cli/test/init/started-with.test.ts',
    mistake: [
      'packages/cli/src/scaffold/pipeline/pipeline.ts',
      '*) unset "$name" ;;',
      '*) true ;;',
    ],
  },
];
