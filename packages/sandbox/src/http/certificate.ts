import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { isIPv4 } from 'node:net';

/** A certificate authority and a certificate that it issued, as PEM. */
export interface Certificates {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

const ECDSA_WITH_SHA256 = '2a8648ce3d040302';
const COMMON_NAME = '550403';
const BASIC_CONSTRAINTS = '551d13';
const ALTERNATIVE_NAMES = '551d11';
const YEAR = 365 * 24 * 3600 * 1000;

/** Makes a certificate authority of its own, and a certificate for these names and addresses (RFC 5280). Valid for a year. */
export function makeCertificates(names: readonly string[], now: number): Certificates {
  const authority = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const own = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const issuer = nameOf('sandbox authority');
  const validity = der(0x30, time(now - YEAR), time(now + YEAR));
  const isAuthority = extension(BASIC_CONSTRAINTS, der(0x30, der(0x01, Buffer.from([0xff]))));
  const alternatives = extension(ALTERNATIVE_NAMES, der(0x30, ...names.map(alternative)));
  const make = (serial: number, subject: Buffer, key: KeyObject, more: Buffer): string => {
    const algorithm = der(0x30, identifier(ECDSA_WITH_SHA256));
    const body = der(
      0x30,
      der(0xa0, der(0x02, Buffer.from([2]))),
      der(0x02, Buffer.from([serial])),
      algorithm,
      issuer,
      validity,
      subject,
      key.export({ type: 'spki', format: 'der' }),
      der(0xa3, der(0x30, more)),
    );
    const signature = sign('sha256', body, authority.privateKey);
    return pem(der(0x30, body, algorithm, der(0x03, Buffer.from([0]), signature)));
  };
  return {
    ca: make(1, issuer, authority.publicKey, isAuthority),
    cert: make(2, nameOf(names[0] ?? 'localhost'), own.publicKey, alternatives),
    key: own.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

function nameOf(text: string): Buffer {
  const name = der(0x30, identifier(COMMON_NAME), der(0x0c, Buffer.from(text)));
  return der(0x30, der(0x31, name));
}

function alternative(name: string): Buffer {
  return isIPv4(name)
    ? der(0x87, Buffer.from(name.split('.').map(Number)))
    : der(0x82, Buffer.from(name));
}

function extension(id: string, value: Buffer): Buffer {
  return der(0x30, identifier(id), der(0x04, value));
}

function identifier(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'));
}

function time(milliseconds: number): Buffer {
  const text = new Date(milliseconds).toISOString().replaceAll(/[-:T]|\.\d+/g, '');
  return der(0x18, Buffer.from(text));
}

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size =
    length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function pem(certificate: Buffer): string {
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
