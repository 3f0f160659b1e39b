import { generateKeyPairSync, sign } from 'node:crypto';

/** A GitHub App's keys: the public one for the world, and what the private one signs. */
export function createApp(id: number | string = 7) {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    publicKey: String(publicKey.export({ type: 'spki', format: 'pem' })),
    /** The authorization of a request: a token that is fine at `now`, unless claims or header say otherwise. */
    bearer(now: number, claims: object = {}, header: object = {}): string {
      const second = Math.floor(now / 1000);
      const signed = [
        { alg: 'RS256', typ: 'JWT', ...header },
        { iat: second - 60, exp: second + 540, iss: String(id), ...claims },
      ].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
      const signature = sign('RSA-SHA256', Buffer.from(signed.join('.')), privateKey);
      return `Bearer ${[...signed, signature.toString('base64url')].join('.')}`;
    },
  };
}
