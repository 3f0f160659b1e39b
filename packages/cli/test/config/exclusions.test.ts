import { describe, expect, it } from 'vitest';

import { load, rotation } from '../../../host/test/config/example.ts';

const sinksOf = (list: string) => load(rotation(`{ sinks: ${list} }`));

describe('an exclusion among the sinks', () => {
  it('stands behind a pattern', async () => {
    const list = ['github:acme/*', '!github:acme/legacy-*', './a.ts:x/*', '!./a.ts:x/y'];
    const config = await sinksOf(JSON.stringify(list));
    expect(config.rotations[0]?.sinks).toEqual(list);
  });

  it.each([
    ['["!github:acme/web", "github:acme/*"]', 'sinks[0]: "!github:acme/web" excludes nothing'],
    ['["github:acme/web", "!github:acme/web"]', 'sinks[1]: "!github:acme/web" excludes nothing'],
    ['["circleci:gh/acme?context=*", "!circleci:gh/acme/web"]', 'sinks[1]: "!circleci'],
    ['["github:acme/*", "!acme/web"]', 'sinks[1]: "acme/web" is not a target'],
    ['["github:acme/*", "!!github:acme/web"]', 'sinks[1]: "!github:acme/web" is not a target'],
    ['["github:acme/*", "!github:acme/a", "!github:acme/a"]', 'sinks[2]: '],
  ])('is refused, with its place: %s', async (list, why) => {
    await expect(sinksOf(list)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(why),
    });
  });
});
