// Takes the pictures of the status page that the docs show, light and dark, in Debian's Chromium:
// `node --conditions=@keyturn/source tools/page-picture.ts && pngquant --force --ext .png docs/images/status-*.png`
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { chromium } from 'playwright-core';

import { Story, writeWorld } from '../packages/cli/test/status/ledgers.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'keyturn-picture-'));
try {
  await writeWorld(folder, stories(Date.now()), { 'ci-circleci': { maxAge: '30d' } });
  const bin = join(root, 'packages/cli/bin/keyturn.js');
  const made = spawnSync(process.execPath, [bin, 'status', '--html', '-'], {
    cwd: folder,
    env: { ...process.env, HOME: folder },
  });
  const page = join(folder, 'status.html');
  await writeFile(page, made.stdout);
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  });
  for (const colorScheme of ['light', 'dark'] as const) {
    const tab = await browser.newPage({ colorScheme, viewport: { width: 880, height: 1000 } });
    await tab.goto(pathToFileURL(page).href);
    await tab.screenshot({ path: join(root, `docs/images/status-${colorScheme}.png`) });
  }
  await browser.close();
} finally {
  await rm(folder, { recursive: true, force: true });
}

function stories(now: number): Story[] {
  const of = (name: string, ...sinks: string[]): Story => new Story(name, sinks, now);
  return [
    of('ci-github', 'github:acme/web', 'github:acme/api?environment=production')
      .adopted('k3v9x0q2abcd', 330)
      .rotated('9f2m4t7xw1zc', 'k3v9x0q2abcd', 247)
      .started('b8d0s6y3kq5v', 158)
      .at(157.9, {
        type: 'lost',
        label: 'keyturn-ci-github-b8d0s6y3kq5v',
        reason: 'the process that had its plaintext ended',
      })
      .at(157.8, { type: 'absent', label: 'keyturn-ci-github-b8d0s6y3kq5v' })
      .reopened(157.7)
      .rotated('5j1h8n0rze4u', '9f2m4t7xw1zc', 157.7)
      .reopened(68)
      .rotated('c6y3q9v2xk7a', '5j1h8n0rze4u', 68),
    of('ci-gitlab', 'gitlab:acme/infra?scope=production')
      .adopted('q7p1n5e8rj2h', 88)
      .completed('u4z6c0a9lm3t', 17 / 1440),
    of('ci-circleci', 'circleci:gh/acme/web', 'circleci:gh/acme?context=deploy')
      .adopted('w5r2k8b1yd6s', 75)
      .rotated('e0x7g3v4hn9p', 'w5r2k8b1yd6s', 32),
  ];
}
