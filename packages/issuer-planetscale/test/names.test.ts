import { layoutNames } from '@keyturn/core/unstable';
import { describe, expect, it } from 'vitest';

import { names } from '../src/names.ts';

describe('the names of users and of clients', () => {
  it.each([
    ['PLANETSCALE_SERVICE_TOKEN_ID', 'PLANETSCALE_SERVICE_TOKEN'],
    ['PLANETSCALE_SERVICE_TOKEN_NAME', 'PLANETSCALE_SERVICE_TOKEN'],
    ['PLANETSCALE_TOKEN_NAME', 'PLANETSCALE_TOKEN'],
    ['PLANETSCALE_TOKEN_ID', 'PLANETSCALE_TOKEN'],
    ['PSCALE_SERVICE_TOKEN_ID', 'PSCALE_SERVICE_TOKEN'],
    ['PSCALE_TOKEN_NAME', 'PSCALE_TOKEN'],
    ['PLANET_TOKEN_ID', 'PLANET_TOKEN'],
    ['TF_VAR_planetscale_service_token_id', 'TF_VAR_planetscale_service_token'],
  ])('%s and %s are a pair', (id, token) => {
    const all = [{ kind: 'pair', names: names.pair }, ...(names.others ?? [])];
    expect(all).toContainEqual({ kind: 'pair', names: { id, token } });
  });

  it('never declares half of a pair, for places or for readers', () => {
    const layouts = [...(names.others ?? []), ...(names.readers ?? []).map((one) => one.layout)];
    expect(layouts.length).toBeGreaterThan(10);
    for (const layout of layouts)
      expect(layoutNames(layout)).toHaveLength(layout.kind === 'pair' ? 2 : 1);
  });
});
