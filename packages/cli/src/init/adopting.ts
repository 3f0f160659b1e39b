import { KeyturnError } from '@keyturn/core';

import { adoptCommand } from '../commands/adopt.ts';
import type { Discovery } from '../discover/discover.ts';
import type { Host } from '../host.ts';
import { adoptingUnsigned, questionAdopt } from '../messages.ts';
import type { Prompts } from '../prompt/prompts.ts';
import { LEDGER_STATE } from '../scaffold/pipeline/explain.ts';
import { LEDGER_KEY } from '../scaffold/pipeline/pipeline.ts';
import type { Planned } from './additions.ts';
import type { System } from './systems.ts';

/** The host with the ledgers that the pipeline of the system reads. */
export function inPipelineState(host: Host, system: System | undefined): Host {
  if (system === undefined) return host;
  return { ...host, env: { ...host.env, KEYTURN_STATE: LEDGER_STATE } };
}

export const isSigned = ({ env }: Host): boolean => (env[LEDGER_KEY.variable] ?? '').trim() !== '';

/** The rotations with a place where a token was found. */
export function withTokens(
  rotations: readonly Planned[],
  { places }: Pick<Discovery, 'places'>,
): readonly Planned[] {
  const found = places.filter((place) => place.found !== undefined);
  return rotations.filter(({ name, sinks }) =>
    found.some(({ target, rotation }) => rotation === name || sinks.includes(target)),
  );
}

/**
 * Adopts the tokens in use of the rotations that the user agrees to; the names of those that have one afterwards. A failure is shown,
 * and stops nothing: the step remains for later.
 */
export async function offerAdoption(
  rotations: readonly Planned[],
  system: System | undefined,
  flags: { readonly org?: string; readonly allow?: readonly string[] },
  host: Host,
  prompts: Prompts,
): Promise<readonly string[]> {
  const { stderr } = host;
  // The first ledgers are signed from the start if there is a key.
  const isUsual = system === undefined || isSigned(host);
  if (!isUsual) stderr.write(`  ${adoptingUnsigned(LEDGER_KEY.variable)}\n`);
  const adopted: string[] = [];
  for (const { name } of rotations) {
    if (!(await prompts.confirm(questionAdopt(name), isUsual))) continue;
    try {
      await adoptCommand([name], flags, inPipelineState(host, system));
      adopted.push(name);
    } catch (error) {
      if (!KeyturnError.is(error) || error.code === 'INTERRUPTED') throw error;
      stderr.write(`  ${error.message}\n${error.hint === undefined ? '' : `  ${error.hint}\n`}`);
    }
  }
  return adopted;
}
