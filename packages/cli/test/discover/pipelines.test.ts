import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { ID, makePlace, others, TOKEN, type Place } from '../keyturn.ts';

const WEB = 'github:acme/web';

/** A checkout with one workflow, whose step reads the credential. */
async function withWorkflow({ folder }: Place, env: string): Promise<void> {
  const workflows = join(folder, '.github/workflows');
  await mkdir(workflows, { recursive: true });
  await mkdir(join(folder, '.git'), { recursive: true });
  const text = `jobs:\n  deploy:\n    steps:\n      - run: pscale ping\n        env: { ${env} }\n`;
  await writeFile(join(workflows, 'deploy.yml'), text);
}

const init = (place: Place) =>
  place.keyturn(['init', WEB, '--org', 'acme', '--ci', 'none', '--yes']);

const configuration = (place: Place): Promise<string> =>
  readFile(join(place.folder, 'keyturn.config.yaml'), 'utf8').catch(() => '');

it('init proposes the names that the workflow reads, and the first rotation works', async () => {
  const place = await makePlace();
  const { id, token } = place.token('ci-github');
  await others(
    place,
    { op: 'remove', sink: WEB, name: ID },
    { op: 'remove', sink: WEB, name: TOKEN },
    { op: 'write', sink: WEB, name: 'PLANET_LOGIN', value: id },
    { op: 'write', sink: WEB, name: 'PLANET_KEY', value: token },
  );
  await withWorkflow(
    place,
    `${ID}: '\${{ secrets.PLANET_LOGIN }}', ${TOKEN}: '\${{ secrets.PLANET_KEY }}'`,
  );
  await init(place);
  expect(await configuration(place)).toContain(
    '    names:\n      id: PLANET_LOGIN\n      token: PLANET_KEY\n',
  );
  expect((await place.keyturn(['rotate', '--replaces', id, '--grace', '0'])).code).toBe(0);
  expect(place.secret('acme/web', 'PLANET_KEY')).not.toBe(token);
  expect(place.secret('acme/web', ID)).toBeUndefined();
});

it('a fixed id is not rotated: both steps that change it are said', async () => {
  const place = await makePlace();
  const { id } = place.token('ci-github');
  await others(place, { op: 'remove', sink: WEB, name: ID });
  await withWorkflow(place, `${ID}: ${id}, ${TOKEN}: '\${{ secrets.${TOKEN} }}'`);
  const { stdout } = await place.keyturn(['discover', WEB]);
  const shown = stdout.replaceAll(/\s+/g, ' ');
  expect(shown).toContain(`.github/workflows/deploy.yml:5 sets ${ID} to a fixed value`);
  expect(shown).toContain(`Store the value as the secret ${ID}, then replace the line`);
  expect(shown).toContain(`${ID}: \${{ secrets.${ID} }}`);
  const { code, stderr } = await init(place);
  expect(code).toBe(2);
  expect(stderr.replaceAll(/\s+/g, ' ')).toContain('to a fixed value');
  expect(await configuration(place)).toBe('');
  const { pipelines } = JSON.parse((await place.keyturn(['discover', WEB, '--json'])).stdout) as {
    readonly pipelines: readonly unknown[];
  };
  expect(pipelines).toMatchObject([{ names: [ID, TOKEN], fixed: [{ line: 5, variable: ID }] }]);
});
