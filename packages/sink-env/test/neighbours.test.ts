import type { Neighbour } from '@keyturn/core';
import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { call, CANARY, NAME, openSink, temporaryFolder } from './context.ts';

const ID = `${NAME}_ID`;
const TOKEN = 'k3v9x0q2abcd';
const names = [ID, NAME];

const withoutTarget = ({ name, scope, shows }: Neighbour): Neighbour => ({
  name,
  ...(scope !== undefined && { scope }),
  ...(shows !== undefined && { shows }),
});

async function neighboursOf(
  files: Readonly<Record<string, string>>,
  target = 'env:.env',
  token: string | undefined = TOKEN,
) {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const sink = await openSink(target, folder);
  const near = await sink.neighbours?.({ names, ...(token !== undefined && { token }) }, call);
  const found = near?.map((one) => withoutTarget(one));
  expect(JSON.stringify(found)).not.toContain(CANARY);
  return found;
}

describe('neighbours', () => {
  it('are the other names in the file, and which of them show the token', async () => {
    const text = [
      `${ID}=${TOKEN}`,
      `${NAME}=${CANARY}`,
      `PSCALE_NAME='${TOKEN}'`,
      `JOINED="${TOKEN}:${CANARY}"`,
      `BLOB="A_ID=${TOKEN}\nA=${CANARY}"`,
      `LONGER=${TOKEN}x`,
      `COLON=x:${TOKEN}`,
      'EMPTY=',
      `# COMMENTED=${TOKEN}`,
      'PSCALE_NAME=other',
    ];
    expect(await neighboursOf({ '.env': `${text.join('\n')}\n` })).toEqual([
      { name: 'PSCALE_NAME', shows: 'yes' },
      { name: 'JOINED', shows: 'yes' },
      { name: 'BLOB', shows: 'yes' },
      { name: 'LONGER' },
      { name: 'COLON' },
      { name: 'EMPTY' },
    ]);
  });

  it('are there without a token too, and show none', async () => {
    const text = `OTHER=\nPSCALE_NAME=${TOKEN}\n`;
    const folder = { '.env': text };
    expect(await neighboursOf(folder, 'env:.env', '')).toEqual([
      { name: 'OTHER' },
      { name: 'PSCALE_NAME' },
    ]);
  });

  it('are told of a line that cannot be changed, without its value', async () => {
    const text = `readonly OTHER=${CANARY}\nexport MORE="$(cat token)"\n`;
    expect(await neighboursOf({ '.envrc': text }, 'env:.envrc')).toEqual([
      { name: 'MORE' },
      { name: 'OTHER' },
    ]);
  });

  it('are the same names in the env files beside it, and what shows the token there', async () => {
    const found = await neighboursOf({
      '.env': `${ID}=${TOKEN}\n`,
      '.env.production': `${ID}=${TOKEN}\n${NAME}=${CANARY}\nOTHER=1\n`,
      '.env.test': `${ID}=another\n`,
      '.envrc': `export PSCALE_NAME=${TOKEN}\n`,
      '.env.example': `${ID}=${TOKEN}\n`,
      'notes.txt': `${ID}=${TOKEN}\n`,
    });
    expect(found).toEqual([
      { name: ID, scope: '.env.production', shows: 'yes' },
      { name: NAME, scope: '.env.production' },
      { name: ID, scope: '.env.test' },
      { name: 'PSCALE_NAME', scope: '.envrc', shows: 'yes' },
    ]);
  });

  it('are looked for beside a file that is not there yet', async () => {
    expect(await neighboursOf({ '.env.production': `${ID}=x\n` }, 'env:.env.local')).toEqual([
      { name: ID, scope: '.env.production' },
    ]);
    expect(await neighboursOf({}, 'env:missing/.env')).toEqual([]);
  });

  it('are not looked for where that has its risks', async () => {
    const [folder, outside] = [temporaryFolder(), temporaryFolder()];
    const line = `${ID}=${TOKEN}\n`;
    writeFileSync(join(outside, 'secret'), line);
    mkdirSync(join(folder, '.env.folder'));
    execFileSync('sh', ['-c', 'mkfifo "$1"', 'sh', join(folder, '.env.pipe')]);
    writeFileSync(join(folder, '.env.large'), `${line}${'#'.repeat(1024 * 1024)}`);
    writeFileSync(join(folder, '.env.utf16'), line, 'utf16le');
    symlinkSync(join(outside, 'secret'), join(folder, '.env.link'));
    writeFileSync(join(folder, 'real'), line);
    symlinkSync('real', join(folder, '.env'));
    symlinkSync('real', join(folder, '.env.same'));
    linkSync(join(folder, 'real'), join(folder, '.env.hard'));
    const sink = await openSink('env:.env', folder);
    expect(await sink.neighbours?.({ names, token: TOKEN }, call)).toEqual([
      { name: ID, scope: '.env.hard', target: 'env:.env.hard', shows: 'yes' },
    ]);
  });

  it('end at fifty files', async () => {
    const files = Array.from({ length: 60 }, (_, i) => [`.env.${100 + i}`, `${ID}=x\n`] as const);
    expect(await neighboursOf(Object.fromEntries(files))).toHaveLength(50);
  });
});
