import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { makePlace } from '../keyturn.ts';

const page = await readFile(new URL('../../../../docs/configuration.md', import.meta.url), 'utf8');
const examples = [...page.matchAll(/^```(yaml|json)\n(.*?)^```/gms)].map(
  ([, language = '', text = '']) => [language, text] as const,
);

it('has examples in both languages', () => {
  expect(examples.map(([language]) => language)).toEqual(['yaml', 'yaml', 'json']);
});

it.each(examples)('is valid as it is documented: %s', async (language, text) => {
  const place = await makePlace();
  await writeFile(join(place.folder, `keyturn.config.${language}`), text);
  const { code, stdout } = await place.keyturn(['config', 'validate', '--json']);
  expect(JSON.parse(stdout)).toMatchObject({ valid: true, problems: [], warnings: [] });
  expect(code).toBe(0);
});
