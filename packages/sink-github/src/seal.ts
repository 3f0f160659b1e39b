import { createPublicKey, diffieHellman, generateKeyPairSync, type KeyObject } from 'node:crypto';

import { hsalsa, xsalsa20poly1305 } from '@noble/ciphers/salsa.js';
import { blake2b } from '@noble/hashes/blake2.js';

const KEY_BYTES = 32;
const NONCE_BYTES = 24;
/** "expand 32-byte k": the constant of the Salsa20 family. */
const SIGMA = new Uint32Array(new Uint8Array(Buffer.from('expand 32-byte k')).buffer);

/**
 * Makes what encrypts text so that only the owner of the private key can read it: libsodium's `crypto_box_seal`, in base64.
 *
 * The public key is read once. Each text has a key pair of its own: one that is used twice repeats the nonce.
 *
 * The key exchange is Node's own; XSalsa20 and a 24-byte BLAKE2b, which Node lacks, come from @noble.
 * docs: «Encrypting secrets for the REST API»; libsodium, «Sealed boxes».
 *
 * @throws {RangeError} if the key is not 32 bytes in base64; the result throws {@link Error} if it is weak
 */
export function sealerFor(publicKey: string): (plaintext: string) => string {
  const recipient = Buffer.from(publicKey, 'base64');
  if (recipient.length !== KEY_BYTES) throw new RangeError('not a public key of 32 bytes');
  const key = createPublicKey({
    key: { kty: 'OKP', crv: 'X25519', x: recipient.toString('base64url') },
    format: 'jwk',
  });
  return (plaintext) => {
    const ephemeral = generateKeyPairSync('x25519');
    const sender = rawKey(ephemeral.publicKey);
    const shared = diffieHellman({ privateKey: ephemeral.privateKey, publicKey: key });
    const nonce = blake2b(Buffer.concat([sender, recipient]), { dkLen: NONCE_BYTES });
    const message = Buffer.from(plaintext, 'utf8');
    const box = xsalsa20poly1305(boxKey(shared), nonce).encrypt(message);
    message.fill(0);
    return Buffer.concat([sender, box]).toString('base64');
  };
}

/** Hashes a shared secret into a key: HSalsa20 with a nonce of zeros. */
function boxKey(shared: Buffer): Uint8Array {
  const key = new Uint32Array(KEY_BYTES / 4);
  const secret = new Uint32Array(new Uint8Array(shared).buffer);
  hsalsa(SIGMA, secret, new Uint32Array(4), key);
  secret.fill(0);
  shared.fill(0);
  return new Uint8Array(key.buffer);
}

function rawKey(key: KeyObject): Buffer {
  return Buffer.from(String(key.export({ format: 'jwk' }).x), 'base64url');
}

// The first call takes ten milliseconds, because it compiles the code: here it does not delay the first write.
sealerFor(Buffer.alloc(KEY_BYTES, 9).toString('base64'))('');
