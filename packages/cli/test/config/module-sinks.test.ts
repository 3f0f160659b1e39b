import { describe, expect, it } from 'vitest';

import { load, rotation } from '../../../host/test/config/example.ts';

describe('a sink from a module in a configuration', () => {
  it('is accepted beside others, as it was written', async () => {
    const sinks = ['./sinks/vercel.ts:web', '../x.mjs:y?a=b', '/opt/x.js:', 'github:acme/web'];
    const { rotations } = await load(rotation(`{ sinks: ${JSON.stringify(sinks)} }`));
    expect(rotations[0]?.sinks).toEqual(sinks);
  });

  it.each([
    [
      'sinks/vercel.ts:web',
      ':3:17: rotations.ci.sinks[0]: "sinks/vercel.ts:web" is not',
      './sinks',
    ],
    [
      './vercel.ts:web?x',
      ':3:17: rotations.ci.sinks[0]: "./vercel.ts:web?x" is not',
      'MODULE:PATH',
    ],
  ])('is refused with its place: %s', async (text, message, hint) => {
    await expect(load(rotation(`{ sinks: ["${text}"] }`))).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(message),
      hint: expect.stringContaining(hint),
    });
  });
});
