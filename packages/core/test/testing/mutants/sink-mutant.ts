import type { SecretSink, SinkSupports } from '../../../src/index.ts';
import { type MemorySinkFixture, sinkFixture } from '../fixtures.ts';
import { changed, type Mutant } from './mutant.ts';

export type Change = (fixture: MemorySinkFixture) => Partial<SecretSink>;

export function mutant(
  check: string,
  fault: string,
  change: Change,
  options: {
    base?: SinkSupports['readBack'];
    atomic?: boolean;
    alsoFails?: readonly string[];
    /** Members that the fixture does not offer. */
    without?: readonly (keyof MemorySinkFixture)[];
  } = {},
): Mutant<MemorySinkFixture> {
  const open = (): MemorySinkFixture => {
    const fixture = sinkFixture(options.base, options.atomic);
    for (const member of options.without ?? []) Reflect.deleteProperty(fixture, member);
    return { ...fixture, sink: changed(fixture.sink, change(fixture)) };
  };
  return { check, fault, open, ...(options.alsoFails && { alsoFails: options.alsoFails }) };
}
