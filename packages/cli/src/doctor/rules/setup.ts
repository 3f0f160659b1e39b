import * as say from '../../messages-of-checks.ts';
import { about, type Diagnosis } from '../diagnosis.ts';
import type { Evidence } from '../evidence.ts';

/** The program, its configuration and its adapters. */
export function* setup({
  about: versions,
  configuration,
  adapters,
}: Evidence): Generator<Diagnosis> {
  yield about('program').fine('program', versions);
  const config = about('config');
  if (configuration.error !== undefined) yield config.failed('configuration', configuration.error);
  else if (configuration.value.file === undefined)
    yield config.note('configuration', say.configurationNone);
  else {
    const { file, rotations, mixed } = configuration.value;
    yield config.fine('configuration', say.configurationValid(file, rotations));
    if (mixed.length > 0) yield config.note('mixed-sinks', say.sinksMixed(mixed));
  }
  const area = about('adapters');
  for (const { error } of adapters) if (error !== undefined) yield area.failed('adapter', error);
  const loaded = adapters.flatMap(({ value }) => (value === undefined ? [] : [value.kind]));
  if (loaded.length > 0) yield area.fine('adapter', say.adaptersInstalled([...new Set(loaded)]));
}
