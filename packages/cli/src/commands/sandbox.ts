import { exitCodes, type ExitCode } from '../exit.ts';
import type { Host } from '../host.ts';
import { loadSandbox } from '../sandbox.ts';

/** `keyturn sandbox`: serves the providers on loopback until interrupted. */
export async function sandboxCommand(
  flags: { readonly json?: boolean },
  host: Host,
): Promise<ExitCode> {
  const { startSandbox } = await loadSandbox(host);
  const sandbox = await startSandbox();
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
