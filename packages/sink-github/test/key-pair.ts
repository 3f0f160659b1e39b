import type { Reply } from '@keyturn/core/testing';
import sodium, { ready } from 'libsodium-wrappers';

/** A key pair like those of GitHub: each scope has one of its own. */
export async function keyPair(
  keyId = '568250167242549743',
): Promise<{ reply: Reply; open: (sealed: unknown) => string | undefined }> {
  await ready;
  const { publicKey, privateKey } = sodium.crypto_box_keypair();
  const key = Buffer.from(publicKey).toString('base64');
  return {
    reply: { status: 200, body: { key_id: keyId, key } },
    open(sealed) {
      try {
        const box = Buffer.from(String(sealed), 'base64');
        return Buffer.from(sodium.crypto_box_seal_open(box, publicKey, privateKey)).toString();
      } catch {
        return undefined;
      }
    },
  };
}
