import { describe, expect, it } from 'vitest';

import { formatTarget, parseTarget } from '../src/index.ts';

describe('targets', () => {
  it('are a kind, a path and options', () => {
    expect(parseTarget('github:acme/web?environment=prod%2Feu&app=actions')).toMatchObject({
      kind: 'github',
      path: 'acme/web',
      query: { environment: 'prod/eu', app: 'actions' },
    });
  });

  it('may have an empty path', () => {
    expect(parseTarget('gitlab:?level=instance')).toMatchObject({
      path: '',
      query: { level: 'instance' },
    });
  });

  it('have one canonical form', () => {
    expect(formatTarget('github', 'acme/web', { environment: 'a&b c', app: undefined })).toBe(
      'github:acme/web?environment=a%26b%20c',
    );
    const text = formatTarget('x', 'p', { b: '100%', a: '#?' });
    expect(parseTarget(text).query).toEqual({ a: '#?', b: '100%' });
  });

  it.each([
    '',
    'github',
    ':x',
    'GitHub:x',
    'github:a\nb',
    'github:x?y',
    'github:x?a=1&a=2',
    'github:x?a=%zz',
    `github:${'x'.repeat(2000)}`,
    '\u001B[2Jgithub:x',
  ])('refuses %j', (text) => {
    expect(() => parseTarget(text)).toThrow(
      expect.objectContaining({ code: 'TARGET_INVALID', effect: 'none' }),
    );
  });

  it('cannot reach into prototypes by their options', () => {
    const { query } = parseTarget('x:y?__proto__=1&constructor=2');
    expect(Object.getPrototypeOf(query)).toBeNull();
    expect(({} as Record<string, unknown>)['1']).toBeUndefined();
  });
});
