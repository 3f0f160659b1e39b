import type { TokenIssuer } from '../../../src/index.ts';
import { issuerFixture, type MemoryIssuerFixture } from '../fixtures.ts';
import { changed, type Mutant } from './mutant.ts';

type Change = (fixture: MemoryIssuerFixture) => Partial<TokenIssuer>;

export function mutant(
  check: string,
  fault: string,
  change: Change,
  alsoFails?: readonly string[],
  kind: Parameters<typeof issuerFixture>[0] = {},
): Mutant<MemoryIssuerFixture> {
  const open = (): MemoryIssuerFixture => {
    const fixture = issuerFixture(kind);
    return { ...fixture, issuer: changed(fixture.issuer, change(fixture)) };
  };
  return { check, fault, open, ...(alsoFails && { alsoFails }) };
}
