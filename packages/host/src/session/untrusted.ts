import { lstat, realpath } from 'node:fs/promises';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';

import { findBeside } from '../adapters/beside.ts';
import { isModulePath } from '../adapters/target-module.ts';
import { issuersOf, type Config } from '../config/config.ts';
import { isProgram } from '../config/load.ts';
import { untrusted } from '../messages.ts';
import { addressesIn } from './addresses.ts';
import { kindOf, Session } from './session.ts';
import type { Surroundings } from '../surroundings.ts';
import type { Subject } from './trusted.ts';

/** @throws {KeyturnError} `USAGE_INVALID` with everything that the command would need from untrusted files */
export async function refuseUntrusted(
  { file, sinks = [], rotations, purpose = 'acts' }: Subject,
  config: Config | undefined,
  surroundings: Surroundings,
): Promise<void> {
  const program = file !== undefined && isProgram(file) ? [`${file} (a program)`] : [];
  const directory = file === undefined ? surroundings.directory : dirname(file);
  const opened = (config?.rotations ?? []).filter(
    ({ name }) => rotations?.length === 0 || rotations?.includes(name) === true,
  );
  const texts = [...sinks, ...opened.flatMap((one) => one.sinks)];
  const targets = [...new Set(texts.map((text) => text.replace(/^!/, '')))];
  const needs =
    purpose === 'reads'
      ? program
      : [
          ...program,
          ...(config === undefined
            ? []
            : (
                await Promise.all(
                  issuersOf(config, opened).map((one) => issuerNeeds(one, directory, surroundings)),
                )
              ).flat()),
          ...(
            await Promise.all(targets.map((text) => sinkNeeds(text, directory, surroundings)))
          ).flat(),
        ];
  if (needs.length > 0) throw untrusted([...new Set(needs)]);
}

async function issuerNeeds(
  { kind, options }: Config['issuer'],
  directory: string,
  surroundings: Surroundings,
): Promise<string[]> {
  if ((await findBeside('issuer', kind, surroundings.programFolder)) === undefined)
    return [`the issuer ${kind}`];
  const isUsual = await new Session(surroundings, directory)
    .refuseHosts({ issuer: kind, options })
    .then(
      () => true,
      () => false,
    );
  return isUsual ? [] : addressesIn(options).map((one) => `${one.where} ${one.host}`);
}

async function sinkNeeds(
  target: string,
  directory: string,
  { programFolder }: Surroundings,
): Promise<string[]> {
  const kind = kindOf(target);
  if (isModulePath(kind)) return [kind];
  if (kind === 'exec') return [target];
  if (kind === 'env' && target.includes(':') && !(await isInside(target, directory)))
    return [`${target} (outside ${directory})`];
  return (await findBeside('sink', kind, programFolder)) === undefined ? [`the sink ${kind}`] : [];
}

/** A link in the checkout might lead out of it. */
async function isInside(target: string, directory: string): Promise<boolean> {
  const [path = ''] = target.slice('env:'.length).split('?', 1);
  const [inside, file] = await Promise.all([
    nearestReal(directory),
    nearestReal(resolve(directory, path)),
  ]);
  const way = relative(inside, file);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** The real path; for a path that does not exist yet, that of the nearest existing folder, with the rest appended. */
async function nearestReal(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    // A broken link could lead anywhere.
    if (await isLink(path)) return sep;
    const parent = dirname(path);
    return parent === path ? path : resolve(await nearestReal(parent), relative(parent, path));
  }
}

async function isLink(path: string): Promise<boolean> {
  return lstat(path).then(
    (stats) => stats.isSymbolicLink(),
    () => false,
  );
}
