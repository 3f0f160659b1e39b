import { controlOf, type Sandbox } from '../../packages/sandbox/src/index.ts';
import type { Token } from './credentials/credential.ts';
import { sinksOf } from './layout.ts';
import type { World } from './world.ts';

/** Writes a credential to every CI system of the rotation, as a person would have. */
export async function fill(
  sandbox: Sandbox,
  { credential, layout, lost }: World,
  token: Token,
): Promise<void> {
  const { file, slot, ...names } = credential.names(layout);
  const lines = Object.entries(names).map(
    ([field, name]) => [name, token.fields[field] ?? ''] as const,
  );
  const blob = lines.map(([name, value]) => `${name}=${value}\n`).join('');
  const entries =
    file === undefined
      ? lines.map(([name, value]) => ({ name: slot === undefined ? name : `${name}_A`, value }))
      : [{ name: file, value: blob }];
  const variable = slot === undefined ? [] : [{ name: slot, value: 'A', kind: 'variable' }];
  const changes = sinksOf(layout, lost)
    .filter((sink) => !sink.startsWith('env:'))
    .flatMap((sink) => [...entries, ...variable].map((one) => ({ op: 'write', sink, ...one })));
  await controlOf(sandbox).change(...changes);
}
