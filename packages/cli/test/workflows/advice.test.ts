import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { examine } from '../doctor.ts';
import { ID, makePlace, others, TOKEN, type Place } from '../keyturn.ts';

const WEB = 'github:acme/web';
const CONFIG = `issuer: { kind: planetscale, org: acme }\nrotations:\n  ci: { sinks: [${WEB}] }\n`;
const NAMES = 'names: { id: PLANET_LOGIN, token: PLANET_KEY }';

/** A checkout with a configuration and one workflow, whose step reads the credential. */
async function withWorkflow(env: string, ...changes: readonly object[]): Promise<Place> {
  const place = await makePlace();
  const { folder } = place;
  await others(place, ...changes);
  await mkdir(join(folder, '.github/workflows'), { recursive: true });
  await mkdir(join(folder, '.git'), { recursive: true });
  const text = `jobs:\n  deploy:\n    steps:\n      - run: pscale ping\n        env: { ${env} }\n`;
  await writeFile(join(folder, '.github/workflows/deploy.yml'), text);
  await writeFile(join(folder, 'keyturn.config.yaml'), CONFIG);
  return place;
}

const removed = (name: string): object => ({ op: 'remove', sink: WEB, name });
const written = (name: string): object => ({ op: 'write', sink: WEB, name, value: 'x' });
const OTHERS = `${ID}: '\${{ secrets.PLANET_LOGIN }}', ${TOKEN}: '\${{ secrets.PLANET_KEY }}'`;
const FIXED = `${ID}: cigithub4w8d, ${TOKEN}: '\${{ secrets.${TOKEN} }}'`;

const inOneLine = (text: string): string => text.replaceAll(/\s+/g, ' ');

it('a refused first contact says which names the workflows read', async () => {
  const place = await withWorkflow(OTHERS, removed(ID), written('PLANET_KEY'));
  for (const command of ['plan', 'rotate']) {
    const { code, stdout } = await place.keyturn([command, '--replaces', 'cigithub4w8d', '--json']);
    expect(code).toBe(2);
    const { error } = JSON.parse(stdout).rotations[0];
    expect(error.code).toBe('CONFIG_INVALID');
    expect(error.hint).toContain(`.github/workflows/deploy.yml reads PLANET_LOGIN and PLANET_KEY`);
    expect(error.hint).toContain(`Set ${NAMES}`);
  }
  const adopted = await place.keyturn(['adopt', 'ci', '--token-id', 'cigithub4w8d']);
  expect(adopted.code).toBe(2);
  expect(inOneLine(adopted.stderr)).toContain(NAMES);
});

it('so does an adoption of a token that is under other names', async () => {
  const place = await withWorkflow(OTHERS, removed(ID), removed(TOKEN));
  const { code, stderr } = await place.keyturn(['adopt', 'ci', '--token-id', 'cigithub4w8d']);
  expect(code).toBe(2);
  expect(inOneLine(stderr)).toContain(NAMES);
});

it('a refused first contact says how to change a fixed id', async () => {
  const place = await withWorkflow(FIXED, removed(ID));
  const { code, stdout } = await place.keyturn(['rotate', '--replaces', 'cigithub4w8d']);
  expect(code).toBe(2);
  const shown = inOneLine(stdout);
  expect(shown).toContain(`deploy.yml:5 sets ${ID} to a fixed value`);
  expect(shown).toContain(`secret ${ID}, then replace the line with: ${ID}: \${{ secrets.${ID} }}`);
});

it('the doctor proposes the names that the workflows read, ready to paste', async () => {
  const place = await withWorkflow(
    OTHERS,
    removed(ID),
    removed(TOKEN),
    written('PLANET_LOGIN'),
    written('PLANET_KEY'),
  );
  const { found } = await examine(place);
  const fix = expect.stringContaining(NAMES);
  expect(found).toContainEqual(expect.objectContaining({ rule: 'names-missing', fix }));
  expect(found).toContainEqual(expect.objectContaining({ rule: 'names-pipelines', fix }));
});

it('the doctor says how to change a fixed id, even if both secrets exist', async () => {
  for (const place of [await withWorkflow(FIXED, removed(ID)), await withWorkflow(FIXED)]) {
    const { found } = await examine(place);
    const lines = found.filter(({ rule }) => rule === 'names-pipelines');
    expect(lines).toMatchObject([
      {
        severity: 'warning',
        text: expect.stringContaining(`.github/workflows/deploy.yml:5 sets ${ID}`),
        fix: expect.stringContaining(`${ID}: \${{ secrets.${ID} }}`),
      },
    ]);
  }
});

it('the doctor says nothing of workflows that fit, or of other platforms', async () => {
  const fitting = `${ID}: '\${{ secrets.${ID} }}', ${TOKEN}: '\${{ secrets.${TOKEN} }}'`;
  const place = await withWorkflow(fitting);
  expect((await examine(place)).lines.map(({ rule }) => rule)).not.toContain('names-pipelines');
  const other = await withWorkflow(OTHERS);
  const config = CONFIG.replace(WEB, 'gitlab:acme/nothing-yet');
  await writeFile(join(other.folder, 'keyturn.config.yaml'), config);
  expect((await examine(other)).lines.map(({ rule }) => rule)).not.toContain('names-pipelines');
});
