import { expect, it, onTestFinished } from 'vitest';

import { Api } from '../src/api.ts';
import { hostOf, isPlain } from '../src/branch/host.ts';
import { contextOf } from '../../http/test/support/adapters/context.ts';

it.each([
  ['127.0.0.1:5432', 'http://127.0.0.1:9', true],
  ['localhost', 'http://localhost:9', true],
  ['127.0.0.1:5432', 'https://api.planetscale.com', false],
  ['aws.connect.psdb.cloud', 'http://127.0.0.1:9', false],
  ['127.0.0.1.example', 'http://127.0.0.1:9', false],
  ['localhost.example:80', 'http://127.0.0.1:9', false],
])('a database at %s with an API at %s: plain is %s', (host, server, plain) => {
  const { context, close } = contextOf({});
  onTestFinished(close);
  expect(isPlain(host, new Api({ org: 'acme', server }, context))).toBe(plain);
});

it.each([
  ['aws.connect.psdb.cloud', true],
  ['a.example:5432', true],
  ['a.example:99999', false],
  ['a.example/path', false],
  ['user@a.example', false],
  ['https://a.example', false],
  ['.example', false],
  ['', false],
  [7, false],
])('%j is a host: %s', (value, isHost) => {
  expect(hostOf(value)).toBe(isHost ? value : undefined);
});
