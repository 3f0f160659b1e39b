import { KeyturnError } from '@keyturn/core';

import { optionAt } from '../messages.ts';
import type { Config, RotationConfig } from './config.ts';

/** The option of an issuer that an error is about; undefined for any other error. */
export function issuerOptionIn(message: string): string | undefined {
  return /^issuer [\w-]+ \(([^).]+)/.exec(message)?.[1];
}

/**
 * Runs the work; an error about an option of the issuer says where the configuration sets it.
 *
 * @param rotation whose issuer it is, or that of all
 * @param given options of the command line, which the file does not contain
 */
export async function withOptionPlaces<Result>(
  { issuer: ofAll, locate }: Pick<Config, 'issuer' | 'locate'>,
  rotation: Pick<RotationConfig, 'name' | 'issuer'>,
  given: Readonly<Record<string, unknown>>,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!KeyturnError.is(error) || error.code !== 'CONFIG_INVALID') throw error;
    const option = issuerOptionIn(error.message);
    const { name, issuer } = rotation;
    if (option === undefined || (issuer === undefined && Object.hasOwn(given, option))) throw error;
    const path = issuer === undefined ? ['issuer'] : ['rotations', name, 'issuer'];
    const isThere = Object.hasOwn((issuer ?? ofAll).options, option);
    throw optionAt(locate(isThere ? [...path, option] : path), error);
  }
}
