import { access, constants, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

import { planFile, writePlanned, type PlannedFile } from '../files/planned.ts';
import { exitCodes, type ExitCode } from '../exit.ts';
import type { Host } from '../host.ts';
import * as say from '../messages.ts';
import { placesFor, withBlock, type Shell } from './places.ts';
import { scripts } from './scripts.ts';

const shells: readonly Shell[] = ['bash', 'zsh', 'fish'];

/**
 * `keyturn completion install`: lets each new shell complete. Repeating it changes nothing, or brings the script up to date.
 *
 * @throws {KeyturnError} `USAGE_INVALID` for an unknown shell, `FILE_FAILED`
 */
export async function installCompletion(named: string | undefined, host: Host): Promise<ExitCode> {
  const { shell, places } = chosen(named, host);
  const planned = await Promise.all([
    ...places.scripts.map((file) => planFile(file, scripts[shell] ?? '')),
    ...(places.start === undefined ? [] : [planStart(places.start.file, places.start.lines)]),
  ]);
  for (const file of planned) {
    await writePlanned(file);
    host.stdout.write(`${changeText(file)}\n`);
  }
  host.stdout.write(`${say.completionUndo(shell)}\n`);
  if (!(await isOnPath('keyturn', host))) host.stderr.write(`${say.completionNotOnPath()}\n`);
  return exitCodes.done;
}

/** `keyturn completion uninstall`: takes back what `install` did. */
export async function uninstallCompletion(
  named: string | undefined,
  host: Host,
): Promise<ExitCode> {
  const { places } = chosen(named, host);
  const removed: string[] = [];
  if (places.start !== undefined) {
    const file = await planStart(places.start.file, undefined);
    if (file.before !== undefined && file.before !== file.after) {
      await writePlanned(file);
      removed.push(file.path);
    }
  }
  for (const file of places.scripts) {
    const { before } = await planFile(file, '');
    if (before === undefined) continue;
    await rm(file, { force: true });
    removed.push(file);
  }
  host.stdout.write(
    removed.length === 0
      ? `${say.completionAbsent()}\n`
      : removed.map((file) => `${say.completionRemoved(file)}\n`).join(''),
  );
  return exitCodes.done;
}

function chosen(
  named: string | undefined,
  { env }: Host,
): { readonly shell: Shell; readonly places: ReturnType<typeof placesFor> } {
  const name = named ?? (env['SHELL'] ?? '').split('/').at(-1) ?? '';
  const shell = shells.find((one) => one === name);
  if (shell === undefined) throw say.shellUnknown(name, shells);
  const { HOME = '' } = env;
  if (HOME === '') throw say.homeUnknown();
  return { shell, places: placesFor(shell, HOME, env) };
}

async function planStart(file: string, lines: readonly string[] | undefined): Promise<PlannedFile> {
  const { before } = await planFile(file, '');
  return { path: file, before, after: withBlock(before ?? '', lines) };
}

function changeText({ path, before, after }: PlannedFile): string {
  if (before === after) return say.completionUnchanged(path);
  return before === undefined ? say.completionCreated(path) : say.completionChanged(path);
}

/** A shell asks the program itself what is possible. */
async function isOnPath(program: string, { env }: Host): Promise<boolean> {
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const found = await Promise.all(
    folders.map((folder) =>
      access(join(folder, program), constants.X_OK).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.includes(true);
}
