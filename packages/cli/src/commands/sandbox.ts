import { exitCodes, type ExitCode } from '../exit.ts';
import type { Host } from '../host.ts';
import { fileNotWritable, proxyIncomplete, socketFailed } from '../messages.ts';
import { loadSandbox } from '../sandbox.ts';

/** All but `json` are options of the sandbox. */
export interface SandboxFlags {
  readonly json?: boolean;
  readonly tls?: string;
  readonly proxy?: string;
  readonly [option: string]: unknown;
}

/** `keyturn sandbox`: serves the providers on loopback until interrupted. */
export async function sandboxCommand(flags: SandboxFlags, host: Host): Promise<ExitCode> {
  const { tls, proxy } = flags;
  if (proxy !== undefined && (tls === undefined || !proxy.includes(':'))) throw proxyIncomplete();
  const { startSandbox } = await loadSandbox(host);
  const sandbox = await startSandbox(flags as object).catch((error: unknown) => {
    // A socket: its path is too long, taken, or in a folder that is not there.
    const { code, address, path } = (error ?? {}) as NodeJS.ErrnoException & { address?: unknown };
    if (code === undefined) throw error;
    if (typeof address === 'string') throw socketFailed(address, code);
    throw path === undefined ? error : fileNotWritable(path, code);
  });
  const { control, urls, env } = sandbox;
  const shown = Object.entries(env).map(([name, value]) => `export ${name}='${value}'`);
  host.stdout.write(
    flags.json === true
      ? `${JSON.stringify({ control, urls, env })}\n`
      : `${[`# control: ${control}`, ...shown].join('\n')}\n`,
    'secret',
  );
  if (!host.signal.aborted)
    await new Promise((resolve) => host.signal.addEventListener('abort', resolve, { once: true }));
  await sandbox.close();
  return exitCodes.done;
}
