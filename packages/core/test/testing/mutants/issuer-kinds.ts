import { issuerKinds, type MemoryIssuerFixture } from '../fixtures.ts';
import { mutant } from './issuer-mutant.ts';
import type { Mutant } from './mutant.ts';

const limited = issuerKinds['no labels, two at most, disabled first'];
const late = issuerKinds['permissions at creation, ready and gone later'];

/** Issuers that are not what they declare. */
export const issuerKindMutants: readonly Mutant<MemoryIssuerFixture>[] = [
  mutant(
    'find-new',
    'finds what was known as well',
    ({ issuer }) => ({ find: (label, { signal }) => issuer.find(label, { signal }) }),
    [],
    limited,
  ),
  mutant(
    'room',
    'counts one too many',
    ({ issuer }) => ({
      check: async (o) => {
        const report = await issuer.check(o);
        return { ...report, room: (report.room ?? 0) + 1 };
      },
    }),
    [],
    limited,
  ),
  mutant('ready', 'is never ready', () => ({ ready: async () => false }), [], late),
  mutant(
    'disable',
    'does not disable',
    ({ issuer }) => ({
      disable: async (id, o) => {
        await o.beforeWrite?.();
        await issuer.enable?.(id, { signal: o.signal });
      },
    }),
    [],
    limited,
  ),
  mutant(
    'disable-unknown',
    'takes a token that there is not for disabled',
    ({ issuer }) => ({
      disable: (id, o) => issuer.disable?.(id, o).catch(() => {}) ?? Promise.resolve(),
    }),
    ['stops'],
    limited,
  ),
];
