// Looks at the built site in a browser: `npm run site && npm run site:check`. Every page of the sidebar, on a phone and on a desk, light
// and dark: what axe finds, what needs scrolling to the side, what the console says. Then it searches.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';

import axe from 'axe-core';
import { chromium, type Browser, type Page } from 'playwright-core';

import { apiPages } from './api.ts';
import { groups, root } from './pages.ts';

const dist = join(root, 'tools/site/dist');
const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) =>
  existsSync(path),
);
interface Look {
  readonly width: number;
  readonly scheme: 'light' | 'dark';
}

/** Every page is looked at in one of the first two, which between them have both widths and both schemes. */
const LOOKS: readonly Look[] = [
  { width: 390, scheme: 'light' },
  { width: 1280, scheme: 'dark' },
  { width: 390, scheme: 'dark' },
  { width: 1280, scheme: 'light' },
];
/** These have everything that a page can contain, and are looked at in all. */
const SAMPLES = [
  '/',
  '/quick-start',
  '/concepts',
  '/ci',
  '/api/@keyturn/core/interfaces/SecretSink',
];
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};

/** Serves the site as a host with clean URLs does. */
async function serve(): Promise<{ readonly url: string; readonly close: () => void }> {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://site.test').pathname);
    const file = ['', '.html', '/index.html']
      .map((end) => join(dist, path.replace(/\/$/, '')) + end)
      .find((one) => one.startsWith(dist) && extname(one) !== '' && existsSync(one));
    if (file === undefined) return void response.writeHead(404).end();
    void readFile(file).then((content) =>
      response.setHeader('content-type', TYPES[extname(file)] ?? 'text/plain').end(content),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

async function* problemsOf(page: Page): AsyncIterable<string> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<axe.AxeResults>('axe.run(document)');
  for (const { id, nodes } of violations)
    yield `axe: ${id}: ${nodes.length} times, as in ${nodes[0]?.html.slice(0, 160)}`;
  const width = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
  if (width > 0) yield `needs scrolling to the side by ${width} px`;
}

/** @returns the number of problems, which it prints as it finds them */
async function look(browser: Browser, url: string, paths: readonly string[]): Promise<number> {
  let problems = 0;
  for (const [nth, { width, scheme }] of LOOKS.entries()) {
    const viewport = { width, height: 900 };
    const context = await browser.newContext({ colorScheme: scheme, viewport });
    const page = await context.newPage();
    let at = '';
    const say = (what: string): void => {
      problems += 1;
      process.stdout.write(`${at} (${width} px, ${scheme}): ${what}\n`);
    };
    page.on('console', (message) => say(`console: ${message.text()}`));
    page.on('pageerror', (error) => say(error.message));
    page.on('request', (request) => {
      if (!request.url().startsWith(url)) say(`asks for ${request.url()}`);
    });
    const seen = paths.filter((path, index) => index % 2 === nth || SAMPLES.includes(path));
    for (const path of seen) {
      at = path;
      await page.goto(url + path);
      await page.locator('.VPContent').waitFor();
      for await (const problem of problemsOf(page)) say(problem);
    }
    await context.close();
  }
  return problems;
}

/** Types words into the search, and follows the first result. */
async function search(browser: Browser, url: string): Promise<string[]> {
  const problems: string[] = [];
  for (const [words, wanted] of [
    ['break-glass', /operating|grace|decisions/],
    ['STATE_BUSY', /errors|packages|embedding/],
    ['runSinkConformance', /api|adapter/],
  ] as const) {
    const page = await browser.newPage();
    await page.goto(url);
    await page.keyboard.press('Control+k');
    await page.locator('.search-input').fill(words);
    const first = page.locator('.results .result').first();
    const link = await first.getAttribute('href', { timeout: 30_000 }).catch(() => null);
    if (link === null || !wanted.test(link)) problems.push(`the search for ${words} finds ${link}`);
    await page.close();
  }
  return problems;
}

if (executablePath === undefined) {
  process.stderr.write('there is no Chromium (apt-get install chromium)\n');
  process.exitCode = 1;
} else {
  const site = await serve();
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu'],
  });
  const listed = [...groups().flatMap(({ entries }) => entries), ...apiPages];
  const all = [
    ...SAMPLES,
    '/contents',
    ...listed.map(({ page }) => `/${page.replace(/(?:\/index)?\.md$/, '')}`),
    ...['classes/KeyturnError', 'functions/rotate'].map((name) => `/api/@keyturn/core/${name}`),
  ];
  const paths = process.argv.length > 2 ? process.argv.slice(2) : [...new Set(all)];
  const looked = await look(browser, site.url, paths);
  const missed = await search(browser, site.url);
  await browser.close();
  site.close();
  for (const problem of missed) process.stdout.write(`${problem}\n`);
  const problems = looked + missed.length;
  process.stdout.write(`${paths.length} pages, ${problems} problems\n`);
  process.exitCode = problems === 0 ? 0 : 1;
}
