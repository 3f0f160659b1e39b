import { dirname, relative } from 'node:path';

import { printable } from '@keyturn/core';

import type { Host } from '../../host.ts';
import { CONFIGURATION } from '../../messages-of-checks.ts';
import { isLocal, kindsOf } from '../../init/additions.ts';
import type { ConfigurationEvidence, Result } from '../evidence.ts';
import type { GatherFlags } from './flags.ts';
import type { Probes } from './probe.ts';
import { findConfig, type Config, type RotationConfig } from '@keyturn/host/config';
import { loadTrusted } from '@keyturn/host/session';

export interface FoundConfiguration {
  readonly evidence: Result<ConfigurationEvidence>;
  /** Undefined if there is none, or it is invalid. */
  readonly config: Config | undefined;
  /** Relative paths start in this folder. */
  readonly directory: string;
}

export async function findConfiguration(
  { config: explicit, sink: sinks }: Pick<GatherFlags, 'config' | 'sink'>,
  host: Host,
  probes: Probes,
): Promise<FoundConfiguration> {
  const { directory, env, uid } = host;
  const options = { directory, env, uid, ...(explicit !== undefined && { explicit }) };
  const file = await probes.run(CONFIGURATION, () => findConfig(options));
  if (file.error !== undefined) return { evidence: file, config: undefined, directory };
  if (file.value === undefined) {
    await loadTrusted({ file: undefined, sinks }, host);
    const evidence = { value: { file: undefined, rotations: 0, mixed: [] } };
    return { evidence, config: undefined, directory };
  }
  const name = file.value;
  const subject = { file: name, sinks, rotations: [] };
  const loaded = await probes.run(CONFIGURATION, () => loadTrusted(subject, host));
  if (loaded.error?.code === 'USAGE_INVALID') throw loaded.error;
  return loaded.error === undefined
    ? {
        evidence: {
          value: { file: shown(name, directory), ...summary(loaded.value?.rotations ?? []) },
        },
        config: loaded.value,
        directory: dirname(name),
      }
    : { evidence: loaded, config: undefined, directory: dirname(name) };
}

function summary(
  rotations: readonly RotationConfig[],
): Pick<ConfigurationEvidence, 'rotations' | 'mixed'> {
  const mixed = rotations.filter((one) => isLocal(one) && kindsOf([one]).length > 1);
  return { rotations: rotations.length, mixed: mixed.map(({ name }) => name) };
}

/** Relative to the working directory if it is below that. */
function shown(file: string, directory: string): string {
  const path = relative(directory, file);
  return printable(path.startsWith('..') ? file : path);
}
