import { exitCodes, type ExitCode } from '../exit.ts';
import type { Host } from '../host.ts';
import { socketFailed } from '../messages.ts';
import { loadSandbox } from '../sandbox.ts';

/** All but `json` are options of the sandbox. */
export interface SandboxFlags {
  readonly json?: boolean;
  readonly [option: string]: unknown;
}

/** `keyturn sandbox`: serves the providers on loopback until interrupted. */
export async function sandboxCommand(flags: SandboxFlags, host: Host): Promise<ExitCode> {
  const { startSandbox } = await loadSandbox(host);
  const sandbox = await startSandbox(flags as object).catch((error: unknown) => {
    // A socket: its path is too long, taken, or in a folder that is not there.
    const { code, address } = (error ?? {}) as NodeJS.ErrnoException & { address?: unknown };
    throw code !== undefined && typeof address === 'string' ? socketFailed(address, code) : error;
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
