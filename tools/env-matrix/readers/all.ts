import type { Opened } from '../../../packages/sink-env/test/matrix/reader.ts';
import { direnv } from './direnv.ts';
import { dockerRules, systemdRules } from '../../../packages/sink-env/test/matrix/readers/rules.ts';
import { docker } from './docker.ts';
import { nodes, packages } from './node.ts';
import { python } from './python.ts';
import { shells } from '../../../packages/sink-env/test/matrix/readers/shells.ts';
import { systemd } from './systemd.ts';

export async function openReaders(): Promise<Opened[]> {
  return [
    ...nodes(),
    ...packages(),
    await python(),
    ...shells(),
    ...direnv(),
    systemdRules,
    await systemd(),
    dockerRules,
    await docker(),
  ];
}
