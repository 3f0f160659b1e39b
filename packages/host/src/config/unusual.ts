import { expiresBeforeReplaced, maxAgeBelowGrace, sameSinkTwice } from '../messages.ts';
import type { Config, RotationConfig } from './config.ts';
import type { Problem } from './source.ts';

/** What a configuration may say, but hardly means. */
export function unusual({ rotations }: Config): Problem[] {
  return [...rotations.flatMap(inOne), ...shared(rotations)];
}

function inOne({ name, maxAge, ttl, grace, quiet }: RotationConfig): Problem[] {
  const at = ['rotations', name];
  const longest = quiet?.atMost ?? grace;
  return [
    ...(ttl !== undefined && ttl <= maxAge
      ? [{ path: [...at, 'token', 'ttl'], ...expiresBeforeReplaced }]
      : []),
    ...(maxAge <= longest ? [{ path: [...at, 'maxAge'], ...maxAgeBelowGrace }] : []),
  ];
}

/** Two rotations may write to one target under names of their own; a run refuses anything else. */
function shared(rotations: readonly RotationConfig[]): Problem[] {
  const writers = new Map<string, RotationConfig>();
  return rotations.flatMap((rotation) =>
    rotation.sinks.flatMap((text, index) => {
      const other = writers.get(text);
      writers.set(text, other ?? rotation);
      const isShared = other !== undefined && other !== rotation && overlap(other, rotation);
      const path = ['rotations', rotation.name, 'sinks', index];
      return isShared && !text.startsWith('!') ? [{ path, ...sameSinkTwice(other.name) }] : [];
    }),
  );
}

/** The default names of an issuer are the same for every rotation of a layout. */
function overlap(a: RotationConfig, b: RotationConfig): boolean {
  if (a.layout !== b.layout || a.issuer?.kind !== b.issuer?.kind) return false;
  if (a.names === undefined || b.names === undefined) return a.names === b.names;
  const names = Object.values(a.names).flat();
  return Object.values(b.names)
    .flat()
    .some((name) => names.includes(name));
}
