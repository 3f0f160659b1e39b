import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { KeyturnError, printable, remember, withoutSecrets } from '../src/index.ts';

const characters = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_');
const secrets = fc
  .tuple(
    fc.constantFrom('pscale_tkn_', 'ghp_', 'glpat-', ''),
    fc.array(fc.constantFrom(...characters), { minLength: 24, maxLength: 43 }),
  )
  .map(([marker, rest]) => ({ secret: marker + rest.join(''), core: rest.join('') }));

const each = (text: string, form: (unit: number) => string): string =>
  Array.from(text, (one) => form(one.charCodeAt(0))).join('');
const hex = (unit: number, length: number): string => unit.toString(16).padStart(length, '0');
const base64 =
  (before: string, encoding: 'base64' | 'base64url' = 'base64') =>
  (text: string): string =>
    Buffer.from(`${before}${text}!`).toString(encoding);

/** What a server can do with an echo, and how a reader would undo it. */
const echoes: Readonly<Record<string, (text: string) => string>> = {
  'as it is': (text) => text,
  hexadecimal: (text) => Buffer.from(text).toString('hex'),
  'hexadecimal in capitals': (text) => Buffer.from(text).toString('hex').toUpperCase(),
  base64: base64(''),
  'base64 after one': base64('x'),
  'base64 after two': base64('xy'),
  'base64 of URLs': base64('', 'base64url'),
  'percent-encoding': (text) => each(text, (unit) => `%${hex(unit, 2)}`),
  'percent-encoding twice': (text) => each(text, (unit) => `%25${hex(unit, 2)}`),
  'escapes of JSON': (text) => each(text, (unit) => `\\u${hex(unit, 4)}`),
  'escapes of JSON in JSON': (text) => each(text, (unit) => `\\\\u${hex(unit, 4)}`),
  'escapes of JavaScript': (text) => each(text, (unit) => `\\x${hex(unit, 2)}`),
  'entities of HTML': (text) => each(text, (unit) => `&#${unit};`),
  'hexadecimal entities': (text) => each(text, (unit) => `&#x${hex(unit, 2)};`),
  capitals: (text) => text.toUpperCase(),
  'small letters': (text) => text.toLowerCase(),
  'swapped capitals': (text) =>
    each(text, (unit) => {
      const one = String.fromCharCode(unit);
      return one === one.toUpperCase() ? one.toLowerCase() : one.toUpperCase();
    }),
  'from its end': (text) => Array.from(text).toReversed().join(''),
  'blanks in between': (text) => Array.from(text).join(' '),
  'line breaks in between': (text) => Array.from(text).join('\r\n'),
  'unseen characters in between': (text) => Array.from(text).join('\u200B'),
  'two lines': (text) => `${text.slice(0, 15)}\n  ${text.slice(15)}`,
};

/** Which of the secret's eight characters a text shows, capitals or not. */
function shown(text: string, core: string, echo: (text: string) => string): string[] {
  const small = text.toLowerCase();
  return Array.from({ length: core.length - 7 }, (_, at) => core.slice(at, at + 8)).filter(
    (part) => {
      const form = echo(part).toLowerCase();
      // Its last characters depend on what comes after it.
      return small.includes(
        form.length > 11 && !/[^a-z\d_+/=-]/.test(form) ? form.slice(0, -4) : form,
      );
    },
  );
}

describe.each(Object.entries(echoes))('an echo of a secret (%s)', (_, echo) => {
  it('is blanked, whole or in part, wherever text from outside is printed', () => {
    fc.assert(
      fc.property(
        secrets,
        fc.nat({ max: 14 }),
        fc.integer({ min: 10, max: 43 }),
        ({ secret, core }, from, length) => {
          remember(secret);
          const part = core.slice(from, from + length);
          for (const [text, of] of [
            [`The value ${echo(secret)} is wrong.`, core],
            [`The value ${echo(part)} is wrong.`, part],
          ] as const) {
            const error = new KeyturnError('REMOTE_REJECTED', text, { hint: text });
            const outputs = [
              printable(text, 2000),
              error.message,
              error.hint ?? '',
              withoutSecrets(text),
              withoutSecrets(JSON.stringify({ name: text })),
              withoutSecrets(JSON.stringify(JSON.stringify([text]))),
            ];
            for (const output of outputs) {
              expect(output).toContain('[secret]');
              expect(shown(output, of, echo)).toEqual([]);
            }
            expect(() => JSON.parse(outputs[4] ?? '') as unknown).not.toThrow();
          }
        },
      ),
      { numRuns: 25, seed: 20_261_128 },
    );
  });
});

describe('what is remembered', () => {
  it('leaves what is no secret: an id beside it, its beginning, a short value, other texts', () => {
    remember('k3v9x0q2abcd:pscale_tkn_Q8w3ZrT5uYk2LmN7pXc4Vb9', ['k3v9x0q2abcd']);
    remember('short-one');
    const texts = [
      'k3v9x0q2abcd is in github:acme/web',
      'it must start with pscale_tkn_',
      'short-one',
      'PLANETSCALE_SERVICE_TOKEN=… d41d8cd98f00b204e9800998ecf8427e',
      String.raw`C:\new\temp 100% &amp; a\b "q"`,
    ];
    for (const text of texts) expect(withoutSecrets(text)).toBe(text);
    expect(withoutSecrets('k3v9x0q2abcd:pscale_tkn_Q8w3ZrT5uYk2LmN7pXc4Vb9.')).toMatch(
      /^k3v9x0q2abcd:[a-z_]*\[secret\]\.$/,
    );
  });

  it('of a key has its lines, and of an address the part that is secret', () => {
    remember('-----BEGIN PRIVATE KEY-----\nq8W3zRt5\nUyK2lMn7PxC4\n-----END PRIVATE KEY-----\n');
    remember('mysql://someuser1234:Zp0qLm3nBv7xTr5w@db.example.com/shop');
    expect(withoutSecrets('-----BEGIN PRIVATE KEY----- q8W3zRt5UyK2')).toBe(
      '-----BEGIN PRIVATE KEY----- [secret]',
    );
    expect(withoutSecrets('mysql://db.example.com/shop Zp0qLm3nBv7xTr5w')).toBe(
      'mysql://db.example.com/shop [secret]',
    );
  });

  it('is blanked before a text is cut', () => {
    remember('Wq7Rz2Kp9Xv4Ns8Tb3Lm');
    expect(printable(`${'x'.repeat(490)}Wq7Rz2Kp9Xv4Ns8Tb3Lm`)).toBe(`${'x'.repeat(490)}[secret]`);
    expect(printable(`${'x'.repeat(495)}Wq7Rz2Kp9Xv4Ns8Tb3Lm`)).not.toContain('Wq7R');
  });

  it('is forgotten at last, the oldest first', () => {
    const at = (index: number): string => `Secret${String(index).padStart(6, '0')}Qz7`.repeat(2);
    for (let index = 0; index < 2000; index++) remember(at(index));
    expect(withoutSecrets(at(1999))).toBe('[secret]');
  });
});
