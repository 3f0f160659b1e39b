import { describe, expect, it } from 'vitest';

import { parseError, parseList } from '../src/xml.ts';

const list = (inner: string): string =>
  `<?xml version="1.0"?>\n<ListBucketResult xmlns="x">${inner}</ListBucketResult>\n`;

describe('what a server says', () => {
  it('is an error with its code, words and region', () => {
    const body =
      '<Error><Code>PermanentRedirect</Code><Message>a &lt;b&gt; &#233;&#xe9;</Message><Region>eu-west-1</Region></Error>';
    expect(parseError(body)).toEqual({
      code: 'PermanentRedirect',
      message: 'a <b> éé',
      region: 'eu-west-1',
    });
  });

  it.each([
    '',
    '<html><Code>AccessDenied</Code></html>',
    '{"Code":"AccessDenied"}',
    '<Error><Code>Access Denied</Code>',
    `<Error><Code>${'x'.repeat(100)}</Code></Error>`,
    '<Error><Code>',
    `${' '.repeat(100_000)}<Error><Code>Late</Code></Error>`,
  ])('is no error with a code', (body) => {
    expect(parseError(body).code).toBe('');
  });

  it('believes no region that is not one', () => {
    expect(parseError('<Error><Region>a.evil.example/</Region></Error>').region).toBeUndefined();
    expect(parseError('<Error><Message>&#x110000;&bogus;</Message></Error>').message).toBe(
      '&#x110000;&bogus;',
    );
  });

  it('is a page of a list', () => {
    const body = list(
      '<IsTruncated>true</IsTruncated><NextContinuationToken>a&amp;b</NextContinuationToken>' +
        '<Contents><Key>a/1</Key><Size>1</Size></Contents><Contents><Size>1</Size><Key>a/2</Key></Contents>' +
        '<CommonPrefixes><Prefix>a/b/</Prefix></CommonPrefixes>',
    );
    expect(parseList(body)).toEqual({ names: ['a/1', 'a/2', 'a/b/'], next: 'a&b' });
    expect(parseList(list('<IsTruncated>false</IsTruncated>'))).toEqual({
      names: [],
      next: undefined,
    });
  });

  it.each([
    '',
    '<html></html>',
    '{}',
    list(''),
    list('<IsTruncated>maybe</IsTruncated>'),
    list('<IsTruncated>true</IsTruncated>'),
    list('<IsTruncated>false</IsTruncated><Contents><Size>1</Size></Contents>'),
    list('<IsTruncated>false</IsTruncated>').slice(0, -10),
  ])('is no page of a list', (body) => {
    expect(parseList(body)).toBeUndefined();
  });

  it.each(['<Contents>', '<Contents><Key>', '&#x', '<CommonPrefixes><Prefix>', '</Contents>'])(
    'is read in one go, whatever it is: %s',
    (part) => {
      const body = list(`<IsTruncated>false</IsTruncated>${part.repeat(300_000)}`);
      expect(parseList(body)?.names ?? []).toEqual([]);
      const error = `<Error>${part.repeat(300_000)}`;
      expect(parseError(error).code).toBe('');
    },
  );
});
