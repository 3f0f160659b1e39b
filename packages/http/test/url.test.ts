import { describe, expect, it } from 'vitest';

import { baseUrl } from '../src/index.ts';

describe('baseUrl', () => {
  it.each([
    ['https://api.planetscale.com', 'https://api.planetscale.com'],
    ['https://ghe.example.com/api/v3/', 'https://ghe.example.com/api/v3'],
    ['http://127.0.0.1:8080/', 'http://127.0.0.1:8080'],
    ['http://127.8.8.8', 'http://127.8.8.8'],
    ['http://localhost:1/', 'http://localhost:1'],
    ['http://[::1]:1', 'http://[::1]:1'],
  ])('takes %s', (text, url) => {
    expect(baseUrl(text, 'X_URL')).toBe(url);
  });

  it.each([
    ['api.planetscale.com', 'is not a URL'],
    ['http://api.planetscale.com', 'https://'],
    ['http://127.0.0.1.example.com', 'https://'],
    ['file:///etc/passwd', 'https://'],
    ['ftp://127.0.0.1', 'https://'],
    ['https://user:CANARY@example.com', 'credentials'],
    ['https://user@example.com', 'credentials'],
    ['https://:CANARY@example.com', 'credentials'],
    ['https://example.com/?a=CANARY', 'query'],
    ['https://example.com/#a', 'query'],
  ])('refuses %s', (text, why) => {
    let error: unknown;
    try {
      baseUrl(text, 'X_URL');
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', effect: 'none' });
    expect((error as Error).message).toContain('X_URL');
    expect((error as Error).message).toContain(why);
    expect((error as Error).message).not.toContain('CANARY');
  });
});
