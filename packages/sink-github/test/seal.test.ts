import sodium, { ready } from 'libsodium-wrappers';
import { beforeAll, describe, expect, it } from 'vitest';

import { sealerFor } from '../src/seal.ts';

beforeAll(() => ready);

describe('a sealer', () => {
  it.each([
    ['an empty value', ''],
    ['a token', 'pscale_tkn_abcDEF123-_'],
    ['Unicode', 'żółw 🐢 \u0000\r\n"$x`\\'],
    ['48 KiB', 'ß'.repeat(24 * 1024)],
  ])('makes a box that libsodium opens: %s', (_title, plaintext) => {
    const pair = sodium.crypto_box_keypair();
    const sealed = sealerFor(Buffer.from(pair.publicKey).toString('base64'))(plaintext);
    const opened = sodium.crypto_box_seal_open(
      Buffer.from(sealed, 'base64'),
      pair.publicKey,
      pair.privateKey,
    );
    expect(Buffer.from(opened).toString('utf8')).toBe(plaintext);
  });

  it('uses the padded base64 that GitHub asks for, 48 bytes longer than the value', () => {
    const { publicKey } = sodium.crypto_box_keypair();
    const sealed = sealerFor(Buffer.from(publicKey).toString('base64'))('x'.repeat(100));
    expect(sealed).toMatch(
      /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$/,
    );
    expect(Buffer.from(sealed, 'base64')).toHaveLength(148);
  });

  it('uses a key pair of its own for each box', () => {
    const key = Buffer.from(sodium.crypto_box_keypair().publicKey).toString('base64');
    const seal = sealerFor(key);
    expect(seal('same').slice(0, 43)).not.toBe(seal('same').slice(0, 43));
  });

  it.each([
    ['too short', Buffer.alloc(31, 1).toString('base64')],
    ['no base64', 'ssh-rsa AAAA'],
    ['weak: every shared secret would be known', Buffer.alloc(32).toString('base64')],
  ])('refuses a key that is %s', (_title, key) => {
    expect(() => sealerFor(key)('CANARY')).toThrow(expect.not.stringContaining('CANARY') as string);
  });
});
