import { describe, expect, it } from 'vitest';

import { redact } from '../src/redact.ts';

const TOKEN = 'pscale_tkn_CANARY/canary+CANARY';

describe('redact', () => {
  it.each([
    ['whole', `bad value ${TOKEN}!`, 'bad value [secret]!'],
    ['a part', `bad value ${TOKEN.slice(4, 20)}…`, 'bad value [secret]…'],
    ['URL-encoded', `PUT /?v=${encodeURIComponent(TOKEN)} failed`, 'PUT /?v=[secret] failed'],
    ['hexadecimal', `0x${Buffer.from(TOKEN).toString('hex')}`, '0x[secret]'],
    ['no secret', 'the project web is not there', 'the project web is not there'],
  ])('%s', (_, text, expected) => {
    expect(redact(text, [TOKEN])).toBe(expected);
  });

  it('leaves no eight characters of a value in base64, wherever it starts', () => {
    for (const before of ['', 'u', 'us', 'user:']) {
      const text = Buffer.from(`${before}${TOKEN}`).toString('base64');
      const left = redact(text, [TOKEN]).replace('[secret]', '');
      expect(left.length).toBeLessThan(before.length * 2 + 10);
    }
  });

  it('blanks one line of several, and one half of a pair', () => {
    expect(redact('TOKEN is second-half', ['first-half-1:second-half'])).toBe('TOKEN is [secret]');
    expect(redact('got abcdefghij', ['ID=1\nTOKEN=abcdefghij\n'])).toBe('got [secret]');
  });

  it('blanks a short value whole, and leaves what is no text alone', () => {
    expect(redact('value s3c is bad', ['s3c', ''])).toBe('value [secret] is bad');
  });
});
