import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { fleet } from './fleet.ts';
import { openLedgers, Story } from './ledgers.ts';
import { world } from './world.ts';

describe('keyturn status', () => {
  it('tells each rotation in a line, and below it what stands out', async () => {
    const { keyturn } = await world(fleet);
    const { code, stdout } = await keyturn('status');
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^✔ {2}idle +█░{7} 12d of 90d {2}idle +\d{4}-\d\d-\d\d in 7\dd {2}2 of 2$/m,
    );
    expect(stdout).toMatch(
      /^✔ {2}grace .*\n {3}grace {3}until .*, 4\dm \d+s left for 1 replaced token/m,
    );
    expect(stdout).toMatch(
      /^! {2}behind .* now: out-of-step +1 of 2\n {3}! the current token is not in gitlab:acme\/seven\n {3}→ Run keyturn rotate behind\.$/m,
    );
  });

  it('exits with 6 for monitors, and with 0 where nothing is due', async () => {
    const { keyturn } = await world(fleet);
    expect((await keyturn('status', 'idle', 'grace', '--check')).code).toBe(0);
    expect((await keyturn('status', '--check')).code).toBe(6);
  });

  it('names the token of a rotation that is asked for alone', async () => {
    const { keyturn } = await world(fleet);
    expect((await keyturn('status', 'idle')).stdout).toContain(
      '   token   idl000000003  keyturn-idle-idl000000003\n',
    );
  });

  it('shows the others where one ledger cannot be read, and fails', async () => {
    const { keyturn, folder } = await world(fleet);
    await appendFile(join(folder, '.keyturn', 'grace.jsonl'), 'no record\n');
    const text = await keyturn('status');
    expect(text.code).toBe(2);
    expect(text.stdout).toMatch(/^✖ {2}grace +unknown\n {3}✖ .*grace\.jsonl/m);
    expect(text.stdout).toMatch(/^✔ {2}idle/m);
    const { rotations } = JSON.parse((await keyturn('status', '--json')).stdout);
    expect(rotations[5]).toMatchObject({
      name: 'grace',
      phase: null,
      error: { code: 'STATE_CORRUPT' },
    });
  });

  it('shows the others as well where the sinks of that one are meant by a pattern', async () => {
    const { keyturn, folder } = await world(fleet);
    const file = join(folder, 'keyturn.config.json');
    const config = JSON.parse(await readFile(file, 'utf8'));
    config.rotations.lost.sinks = ['gitlab:acme/*'];
    await writeFile(file, JSON.stringify(config));
    await appendFile(join(folder, '.keyturn', 'lost.jsonl'), 'no record\n');
    const { code, stdout } = await keyturn('status');
    expect(code).toBe(2);
    expect(stdout).toMatch(/^✖ {2}lost +unknown/m);
    expect(stdout).toMatch(/^✔ {2}idle/m);
  });

  it('calls nobody while a run is at it, and at once when that run is gone', async () => {
    const { keyturn, folder } = await world(fleet);
    const store = await openLedgers(join(folder, '.keyturn'));
    const lock = await store.lock('delivering', 'ana@laptop');
    const during = await keyturn('status', 'delivering', '--check');
    expect(during.stdout).toMatch(/under way +1 of 3\n[^]*• del000000002: .* by ana@laptop/);
    expect(during.code).toBe(0);
    await lock.release();
    const after = await keyturn('status', 'delivering', '--check');
    expect(after.stdout).toContain('was interrupted');
    expect(after.code).toBe(6);
  });

  it('needs no configuration for a rotation of the command line', async () => {
    const { keyturn, folder } = await world(() => []);
    await rm(join(folder, 'keyturn.config.json'));
    const { code, stdout } = await keyturn('status', '--sink', 'env:.env', '--org', 'acme');
    expect(code).toBe(0);
    expect(stdout).toContain(
      '→ Run keyturn rotate with the same options and --replaces TOKEN_ID, with',
    );
  });

  it('names ten of many sinks', async () => {
    const sinks = Array.from({ length: 200 }, (_, i) => `gitlab:acme/${i}`);
    const { keyturn } = await world((now) => [
      new Story('big', sinks, now)
        .adopted('one', 9)
        .at(1, ...sinks.map((sink) => ({ type: 'drifted', sink, holds: [] }) as const)),
    ]);
    const { stdout } = await keyturn('status');
    expect(stdout).toContain('0 of 200');
    expect(stdout).toContain('gitlab:acme/9 and 190 more\n');
  });

  it('writes control characters of a ledger as text', async () => {
    const { keyturn } = await world((now) => [
      new Story('ci', ['gitlab:acme/web'], now).adopted('one\u001B[31m\u202E', 9),
    ]);
    const { stdout } = await keyturn('status');
    expect(stdout).toContain('one\\u001b[31m\\u202e');
  });
});
