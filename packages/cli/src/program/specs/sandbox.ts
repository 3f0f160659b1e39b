import type { SandboxFlags } from '../../commands/sandbox.ts';
import { json } from '../options.ts';
import { command } from '../spec.ts';

export const sandbox = command<SandboxFlags>({
  name: 'sandbox',
  summary: 'serve a local issuer and CI providers until interrupted',
  options: [
    {
      flags: '--github-socket <path>',
      description: 'also serve GitHub on a socket, for http_unix_socket of gh',
    },
    {
      flags: '--tls <folder>',
      description: 'serve with TLS, and write ca.pem, the certificate of its authority, to FOLDER',
    },
    {
      flags: '--proxy <login>',
      description: 'with --tls: serve behind a proxy that asks for this USER:PASSWORD',
    },
    json,
  ],
  examples: [
    { line: 'keyturn sandbox', does: 'serve, and print the variables that make keyturn use it' },
    { line: 'keyturn sandbox --json', does: 'the same as one line of JSON, for scripts' },
  ],
  run: (_, flags, host) =>
    import('../../commands/sandbox.ts').then(({ sandboxCommand }) => sandboxCommand(flags, host)),
});

export const demo = command({
  name: 'demo',
  summary: 'run one rotation against the sandbox',
  options: [],
  examples: [
    { line: 'keyturn demo', does: 'run a real rotation, from the old token to the new one' },
    { line: 'NO_COLOR=1 keyturn demo', does: 'the same without colours' },
  ],
  run: (_words, _flags, host) =>
    import('../../commands/demo.ts').then(({ demoCommand }) => demoCommand(host)),
});
