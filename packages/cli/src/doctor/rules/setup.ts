import { about, type Diagnosis } from '../diagnosis.ts';
import type { Evidence } from '../evidence.ts';
import { count, listed } from '@keyturn/host/text';

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
    yield config.note(
      'configuration',
      'there is none; sinks are those of --sink',
      'Run keyturn init to make one.',
    );
  else {
    const { file, rotations } = configuration.value;
    yield config.fine('configuration', `${file} is valid, with ${count(rotations, 'rotation')}`);
  }
  const area = about('adapters');
  for (const { error } of adapters) if (error !== undefined) yield area.failed('adapter', error);
  const loaded = adapters.flatMap(({ value }) => (value === undefined ? [] : [value.kind]));
  if (loaded.length > 0) {
    const verb = loaded.length === 1 ? 'is' : 'are';
    yield area.fine('adapter', `${listed([...new Set(loaded)])} ${verb} installed`);
  }
}
