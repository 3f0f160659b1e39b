import { readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { Ajv } from 'ajv';
import { expect, it } from 'vitest';

import { makePlace } from '../keyturn.ts';

const CONFIG = `
issuer: { kind: planetscale, org: acme }
rotations:
  laptop: { token: { permissions: [read_organization] }, sinks: [env:.env, github:acme/nothing] }
  ci: { sinks: [gitlab:acme/infra] }
`;

interface Event {
  readonly type: string;
  readonly rotation?: unknown;
}

async function parsed(text: string): Promise<Event[]> {
  const events = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Event);
  const schema = JSON.parse(
    await readFile(new URL('../../events.schema.json', import.meta.url), 'utf8'),
  ) as object;
  const validate = new Ajv({ formats: { 'date-time': true } }).compile(schema);
  for (const event of events)
    expect([event, validate(event) || validate.errors]).toEqual([event, true]);
  return events;
}

it('tells what happens in a run, line by line, as the published schema has it, and no secret', async () => {
  const place = await makePlace();
  await writeFile(join(place.folder, 'keyturn.config.yaml'), CONFIG);
  await writeFile(join(place.folder, '.env'), '', { mode: 0o600 });
  const first = await place.keyturn(['rotate', '--events', 'events.ndjson', '--json']);
  expect(first.code).not.toBe(0);
  const text = await readFile(join(place.folder, 'events.ndjson'), 'utf8');
  const events = await parsed(text);
  expect(events[0]).toMatchObject({ type: 'run-started', rotations: ['laptop', 'ci'] });
  expect(events.at(-1)).toMatchObject({ type: 'run-ended', exitCode: first.code });
  const { rotations } = JSON.parse(first.stdout) as { rotations: object[] };
  expect(events.filter(({ type }) => type === 'rotation-ended').map((one) => one.rotation)).toEqual(
    rotations,
  );
  for (const { token } of place.tokens()) expect(text).not.toContain(token);

  await writeFile(
    join(place.folder, 'keyturn.config.yaml'),
    CONFIG.replace(', github:acme/nothing', ''),
  );
  const second = await place.keyturn(['rotate', 'laptop', '--events', '-']);
  expect(second.code).toBe(0);
  const shown = await parsed(second.stdout);
  expect(new Set([...events, ...shown].map(({ type }) => type))).toEqual(
    new Set([
      'run-started',
      'step',
      'record',
      'sink-failed',
      'request',
      'rotation-ended',
      'run-ended',
    ]),
  );
  expect(shown.at(-2)).toMatchObject({ rotation: { name: 'laptop', outcome: 'rotated' } });
  await place.keyturn(['rotate', 'laptop', '--events', 'events.ndjson']);
  expect(await readFile(join(place.folder, 'events.ndjson'), 'utf8')).toMatch(
    new RegExp(`^${text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}.+run-ended.+\n$`, 's'),
  );
});

it('begins no run if they cannot be written', async () => {
  const place = await makePlace();
  await writeFile(join(place.folder, 'keyturn.config.yaml'), CONFIG);
  await symlink('elsewhere', join(place.folder, 'link'));
  const before = place.tokens().length;
  for (const [words, exit, says] of [
    [['link'], 2, 'symbolic link'],
    [['/dev/null'], 2, 'not a regular file'],
    [['no/such/folder'], 3, 'no/such/folder'],
    [['-', '--json'], 2, '--json'],
  ] as const) {
    const { code, stderr } = await place.keyturn(['rotate', '--events', ...words]);
    expect([code, stderr]).toEqual([exit, expect.stringContaining(says)]);
  }
  expect(place.tokens()).toHaveLength(before);
});
