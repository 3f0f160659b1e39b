import { describe, expect, it } from 'vitest';

import { addressesIn, addressesOf } from '../../src/session/addresses.ts';

describe('an address among options', () => {
  it.each([
    [{ apiUrl: 'https://evil.example/v1' }, ['issuer.apiUrl evil.example']],
    [{ anything: ' https://evil.example' }, ['issuer.anything evil.example']],
    [{ anything: 'ht\ntps:\\\\evil.example' }, ['issuer.anything evil.example']],
    [{ anything: 'https:evil.example' }, ['issuer.anything evil.example']],
    [{ host: 'EVIL.example:8443' }, ['issuer.host evil.example:8443']],
    [{ host: '//evil.example' }, ['issuer.host evil.example']],
    [{ server: { hosts: 1, url: 'localhost:1' } }, ['issuer.server.url localhost:1']],
    [{ endpoint: ['evil.example', ''] }, ['issuer.endpoint.0 evil.example']],
    [{ host: 'no host' }, ['issuer.host no host']],
    [{ org: 'acme', id: 'planetscale:acme', branch: 'main', n: 1, no: null }, []],
  ])('%j', (options, expected) => {
    expect(addressesIn(options).map(({ where, host }) => `${where} ${host}`)).toEqual(expected);
  });

  it.each([
    ['shelf:A?url=evil.example', ['evil.example']],
    ['./shelf.ts:A?server=evil.example', ['evil.example']],
    ['shelf:https://evil.example', ['evil.example']],
    ['shelf:acme/web?environment=production', []],
    ['exec:curl?args=https://evil.example', []],
  ])('in a target: %s', (target, expected) => {
    expect(addressesOf(target).map(({ host }) => host)).toEqual(expected);
  });
});
