import type { Change } from '../provider.ts';
import { openToken, type PlanetScaleState } from './state.ts';

/** `revoke` and `create` of a service token by somebody else, `org` being the only one where it is left out. */
export function change({ op, fields }: Change, state: PlanetScaleState): object | undefined {
  const { id = '', org, name, accesses } = fields;
  if (op === 'revoke') {
    const organizations = [...state.organizations.values()].filter(
      (one) => org === undefined || one.name === org,
    );
    const token = organizations.flatMap(({ tokens }) => tokens.get(id) ?? [])[0];
    if (token === undefined || token.revokedAt !== null) return undefined;
    token.revokedAt = state.runtime.clocks.now().real;
    return { id: token.id, revokedAt: token.revokedAt };
  }
  if (op === 'create') {
    const [first] = state.organizations.keys();
    const organization = state.organizations.get(org ?? first ?? '');
    if (organization === undefined) return undefined;
    const token = openToken({ name: name ?? null, accesses: accesses ?? [] }, state.runtime);
    organization.tokens.set(token.id, token);
    return { id: token.id, token: token.token };
  }
  throw new TypeError(`planetscale has no "${op}"; it has revoke and create`);
}
