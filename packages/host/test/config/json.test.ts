import { describe, expect, it } from 'vitest';

import { load } from './example.ts';

const JSONC = `{
  // who issues
  "$schema": "https://example.com/schema.json", // an address has two slashes
  /* and
     where */
  "issuer": { "kind": "a", "big": 1.0, "path": "/*x*/", "quote": "\\"//", },
  "rotations": { "ci": { "sinks": ["env:a", "github:acme/*",], }, },
}
`;

describe('a configuration in JSON', () => {
  it('may have comments, and commas at the ends', async () => {
    const { issuer, rotations } = await load(JSONC, 'keyturn.config.json');
    expect(issuer.options).toEqual({ big: 1, path: '/*x*/', quote: '"//' });
    expect(rotations[0]?.sinks).toEqual(['env:a', 'github:acme/*']);
  });

  it('has its places beside comments, too', async () => {
    const text = JSONC.replace('"sinks"', '"grace": 5, "sinks"');
    await expect(load(text, 'keyturn.config.json')).rejects.toMatchObject({
      message: expect.stringMatching(
        /json:7:35: rotations\.ci\.grace: must be a duration.*, but it is the number 5$/,
      ),
    });
  });

  it.each([
    ['{ "issuer": { "kind": "a" }, "rotations": {', '1:44', 'not closed'],
    ['{ "issuer": { "kind": "a" } "rotations": {} }', '1:29', 'comma'],
    ['{ "issuer": { "kind": "a" }, // x', '1:34', 'not closed'],
    ['{ "issuer": { "kind": "a" } /* x', '1:33', 'not closed'],
    ['', '1:1', 'empty'],
    ['// nothing\n', '1:1', 'empty'],
    ['{ "issuer": { "kind": "a" }, "issuer": {} }', '1:30', 'issuer: duplicate key'],
    ['[]', '1:1', 'must be a mapping with issuer and rotations, but it is a list'],
  ])('is refused at its place: %s', async (text, place, message) => {
    await expect(load(text, 'keyturn.config.json')).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(
        new RegExp(`keyturn\\.config\\.json:${place}: .*${message.replaceAll('[', '\\[')}`),
      ),
    });
  });
});
