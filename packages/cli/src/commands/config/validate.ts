import { relative } from 'node:path';

import { printable } from '@keyturn/core';
import {
  configFile,
  configurationMissing,
  placeText,
  validateConfig,
  type ConfigProblem,
} from '@keyturn/host/session';
import { count } from '@keyturn/host/text';

import { exitCodes, type ExitCode } from '../../exit.ts';
import type { Host, Output } from '../../host.ts';
import { configurationValid } from '../../messages.ts';
import { documentText } from '../../output/json.ts';
import { painter, roomOf } from '../../output/style.ts';
import { hanging } from '../../output/wrap.ts';

export interface ConfigValidateFlags {
  readonly config?: string;
  readonly json?: boolean;
}

/** `keyturn config validate`: reads the configuration as a run would, and reports everything that is wrong with it. */
export async function configValidate(flags: ConfigValidateFlags, host: Host): Promise<ExitCode> {
  const file = await configFile(flags, host);
  if (file === undefined) throw configurationMissing(host.directory);
  const { config, problems, warnings } = await validateConfig(file, host);
  const rotations = (config?.rotations ?? []).map(({ name }) => name);
  host.stdout.write(
    flags.json === true
      ? documentText(
          { file, valid: problems.length === 0, rotations, problems: problems.map(toDocument) },
          warnings.map((one) => placed(one, placeText(one.place))),
        )
      : `${textOf({ file, rotations: rotations.length, problems, warnings }, host)}\n`,
  );
  return problems.length > 0 ? exitCodes.usage : exitCodes.done;
}

function toDocument({ place, key, message, hint }: ConfigProblem): object {
  const { file, line = null, column = null } = place;
  return { file, line, column, key, message, hint: hint ?? null };
}

interface Findings {
  readonly file: string;
  readonly rotations: number;
  readonly problems: readonly ConfigProblem[];
  readonly warnings: readonly ConfigProblem[];
}

function textOf(
  { file, rotations, problems, warnings }: Findings,
  { stdout, directory }: Host,
): string {
  const paint = painter(stdout);
  const shown = (place: ConfigProblem['place']): string =>
    placeText({ ...place, file: near(place.file, directory) });
  const rows = (mark: string, found: readonly ConfigProblem[]): string[] =>
    found.flatMap((one) => [
      ...hanging(placed(one, shown(one.place)), roomOf(stdout), `${mark} `, '  '),
      ...(one.hint === undefined ? [] : fix(one.hint, stdout)),
    ]);
  const lines = [
    ...rows(paint('red', '✖'), problems),
    ...rows(paint('yellow', '▲'), warnings),
    ...(problems.length + warnings.length > 0 ? [''] : []),
  ];
  if (problems.length === 0)
    lines.push(
      `${paint('green', '✔')} ${configurationValid(near(file, directory), count(rotations, 'rotation'))}`,
    );
  const counted = [
    ...(problems.length > 0 ? [paint('red', count(problems.length, 'problem'))] : []),
    ...(warnings.length > 0 ? [paint('yellow', count(warnings.length, 'warning'))] : []),
  ];
  if (counted.length > 0) lines.push(`${counted.join(' and ')}.`);
  return lines.join('\n');
}

function fix(hint: string, stdout: Output): string[] {
  return hanging(hint, roomOf(stdout), `    ${painter(stdout)('dim', '→')} `, '      ');
}

/** `PLACE: KEY: what`. */
function placed({ key, message }: ConfigProblem, place: string): string {
  return [place, ...(key === '' ? [] : [key]), message].join(': ');
}

/** Relative to the working directory if it is below that. */
function near(file: string, directory: string): string {
  const path = relative(directory, file);
  return printable(path.startsWith('..') ? file : path, 1000);
}
