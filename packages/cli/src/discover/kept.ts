import type { DefaultNames, Layout } from '@keyturn/core';
import type { Config, RotationConfig } from '@keyturn/host/config';
import { layoutOf, type Session } from '@keyturn/host/session';

/** A rotation of the configuration, and how it stores its credential. */
export interface Kept {
  readonly rotation: RotationConfig;
  /** The kind of its issuer. */
  readonly issuer: string;
  readonly layout: Layout;
  /** Those of its sinks, too. */
  readonly layouts: readonly Layout[];
}

/** The rotations with the names of their own issuers. @param usual for an issuer that is not installed */
export async function keptBy(
  config: Config | undefined,
  usual: DefaultNames,
  session: Session,
): Promise<readonly Kept[]> {
  if (config === undefined) return [];
  return Promise.all(
    config.rotations.map(async (rotation) => {
      const { kind } = rotation.issuer ?? config.issuer;
      const adapter = await session.issuerAdapter(kind).catch(() => undefined);
      const known = adapter ?? { names: usual };
      const layout = layoutOf(rotation, known);
      const own = Object.values(rotation.storages ?? {}).map((one) => layoutOf(one, known));
      return { rotation, issuer: kind, layout, layouts: [layout, ...own] };
    }),
  );
}
