import { extname } from 'node:path';

import type { Host } from '../host.ts';
import type { Value } from './wanted.ts';
import { discoverAdapters, findBeside, ownKinds } from '@keyturn/host/session';
import { findConfig, loadConfig, type Config } from '@keyturn/host/config';

/** What the shell lists itself. */
export type Listed = 'files' | 'folders';

/**
 * The possible values of a placeholder, from the configuration. Loads no adapter and makes no request. Does not run a configuration
 * that is a program, which nobody expects of a key press.
 */
export async function knownValues(
  { place, name, choices }: Value,
  explicit: string | undefined,
  host: Host,
): Promise<readonly string[] | Listed> {
  if (choices.length > 0) return choices;
  const configured = () => readConfig(explicit, host);
  if (place === 'word' && /^(names?|rotations?)$/.test(name))
    return (await configured())?.rotations.map((rotation) => rotation.name) ?? [];
  switch (name) {
    case 'kind-or-target':
    case 'target': {
      const targets = (await configured())?.rotations.flatMap(({ sinks }) => sinks) ?? [];
      const named = targets.filter((target) => !target.startsWith('!'));
      return [...new Set([...named, ...(name === 'target' ? [] : ownKinds('sink'))])];
    }
    case 'system':
      return [...(await pipelineKinds(host)), 'none'];
    case 'rotation':
      return (await configured())?.rotations.map((rotation) => rotation.name) ?? [];
    case 'file':
      return 'files';
    case 'folder':
      return 'folders';
    default:
      return [];
  }
}

/** The kinds of sinks whose platform has a CI, according to their manifests. */
async function pipelineKinds({ directory, programFolder }: Host): Promise<readonly string[]> {
  const beside = ownKinds('sink').map((kind) => findBeside('sink', kind, programFolder));
  const found = [
    ...(await Promise.all(beside)),
    ...(await discoverAdapters(directory, programFolder)),
  ];
  return [...new Set(found.flatMap((one) => (one?.hasCi === true ? one.kind : [])))];
}

async function readConfig(explicit: string | undefined, host: Host): Promise<Config | undefined> {
  const { directory, env, uid } = host;
  const file = await findConfig({
    directory,
    env,
    uid,
    ...(explicit !== undefined && { explicit }),
  });
  const isDocument = file !== undefined && /^\.(ya?ml|json)$/.test(extname(file));
  return isDocument ? loadConfig(file) : undefined;
}
