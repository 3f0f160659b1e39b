import { describe, expect, it } from 'vitest';

import { checkTarget, isModulePath, parseModuleTarget } from '../../src/adapters/target-module.ts';

describe('a sink from a module', () => {
  it.each([
    ['./sinks/vercel.ts:my-project', './sinks/vercel.ts', 'my-project'],
    ['../x.mjs:a/b?c=d', '../x.mjs', 'a/b?c=d'],
    ['/opt/sinks/x.js:a:b', '/opt/sinks/x.js', 'a:b'],
    ['./x.mts:', './x.mts', ''],
    ['./with space/x.ts:y', './with space/x.ts', 'y'],
    ['./odd.ts:folder/x.ts:y', './odd.ts:folder/x.ts', 'y'],
    ['./x.ts:y?file=./z.ts:1', './x.ts', 'y?file=./z.ts:1'],
    ['C:\\sinks\\x.ts:y', 'C:\\sinks\\x.ts', 'y'],
  ])('%s', (text, module, rest) => {
    expect(parseModuleTarget(text)).toEqual({ module, rest });
    expect(isModulePath(module)).toBe(true);
    expect(() => checkTarget(text)).not.toThrow();
  });

  it.each(['github:acme/web', 'env:./x.ts', 'exec:./put.mjs:a', './x.json:y', 'x.ts:y', './x.ts'])(
    'is not meant by %s',
    (text) => {
      expect(parseModuleTarget(text)).toBeUndefined();
    },
  );

  it.each([
    ['sinks/x.ts:y', '"sinks/x.ts:y" is not a target', './sinks/x.ts:y'],
    ['./x.ts', '"./x.ts" is not a target', 'KIND:PATH'],
    ['./x.ts:y?z', '"./x.ts:y?z" is not a target: "z" has no value', 'MODULE:PATH'],
    ['./x.ts:y\n', 'it contains a control character', 'MODULE:PATH'],
  ])('is refused where it cannot be one: %j', (text, message, hint) => {
    expect(() => checkTarget(text)).toThrow(
      expect.objectContaining({
        code: 'TARGET_INVALID',
        effect: 'none',
        message: expect.stringContaining(message),
        hint: expect.stringContaining(hint),
      }),
    );
  });
});
