import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import axe from 'axe-core';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { runBin } from '../keyturn.ts';
import { fleet } from './fleet.ts';
import { hostilePage } from './hostile.ts';
import { writeWorld } from './ledgers.ts';

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) =>
  existsSync(path),
);
if (executablePath === undefined)
  process.stderr.write(
    'browser.test.ts skips the page in a browser: there is no Chromium (apt-get install chromium)\n',
  );

describe.skipIf(executablePath === undefined)('the page in a browser', () => {
  let browser: Browser;
  let folder = '';
  const urls = { fleet: '', hostile: '' };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'keyturn-page-'));
    const pages = { fleet: await fleetPage(folder), hostile: hostilePage() };
    for (const name of ['fleet', 'hostile'] as const) {
      const file = join(folder, `${name}.html`);
      await writeFile(file, pages[name]);
      urls[name] = pathToFileURL(file).href;
    }
    browser = await chromium.launch({
      executablePath: executablePath ?? '',
      args: ['--no-sandbox', '--disable-gpu'],
    });
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function open(
    name: keyof typeof urls,
    options: { scheme?: 'light' | 'dark'; width?: number } = {},
  ): Promise<{ page: Page; complaints: string[] }> {
    const page = await browser.newPage({
      colorScheme: options.scheme ?? 'light',
      viewport: { width: options.width ?? 1000, height: 800 },
    });
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('dialog', (dialog) => {
      complaints.push(dialog.message());
      void dialog.dismiss();
    });
    page.on('request', (request) => {
      if (request.url() !== urls[name]) complaints.push(request.url());
    });
    await page.goto(urls[name]);
    return { page, complaints };
  }

  it.each(['fleet', 'hostile'] as const)('loads and runs nothing: %s', async (name) => {
    const { page, complaints } = await open(name);
    expect(complaints).toEqual([]);
    expect(await page.locator('script, img, iframe, object, link, base').count()).toBe(0);
    // The style is applied although the policy allows nothing but it.
    expect(await groundOf(page, 'article')).toBe('rgb(246, 248, 250)');
    await page.evaluate(
      `document.body.insertAdjacentHTML('beforeend', '<img src="https://example.invalid/x">')`,
    );
    await expect.poll(() => complaints.join()).toContain('Content Security Policy');
  });

  it('shows text that would be markup as text', async () => {
    const { page } = await open('hostile');
    expect(await page.locator('h3').textContent()).toBe('<script>alert(1)</script>');
    expect(await page.locator('tbody th').first().textContent()).toContain('onerror=alert(2)');
    expect(await page.locator('h1').count()).toBe(1);
    const handlers = await page.evaluate(`[...document.querySelectorAll('*')].flatMap((one) =>
      one.getAttributeNames().filter((name) => name.startsWith('on')))`);
    expect(handlers).toEqual([]);
  });

  it.each([
    ['fleet', 'light'],
    ['fleet', 'dark'],
    ['hostile', 'light'],
    ['hostile', 'dark'],
  ] as const)('has nothing that axe finds: %s, %s', async (name, scheme) => {
    const { page } = await open(name, { scheme });
    await page.evaluate(axe.source);
    const { violations, passes } = await page.evaluate<axe.AxeResults>('axe.run(document)');
    expect(
      violations.map(({ id, nodes }) => [id, nodes.slice(0, 3).map(({ html }) => html)]),
    ).toEqual([]);
    expect(passes.map(({ id }) => id)).toContain('color-contrast');
    const ground = await groundOf(page, 'body');
    expect(ground).toBe(scheme === 'dark' ? 'rgb(13, 17, 23)' : WHITE);
  });

  it.each(['fleet', 'hostile'] as const)(
    'needs no scrolling to the side on any screen: %s',
    async (name) => {
      const { page } = await open(name);
      for (const width of [320, 375, 600, 768, 1024, 1400]) {
        await page.setViewportSize({ width, height: 800 });
        const wide = await page.evaluate(`[...document.querySelectorAll('body *')]
          .filter((one) => !one.matches('.skip') && one.getBoundingClientRect().right > innerWidth)
          .map((one) => one.outerHTML.slice(0, 80))`);
        const scrolled = await page.evaluate('document.documentElement.scrollWidth');
        expect([scrolled, wide]).toEqual([width, []]);
      }
    },
  );

  // A browser may break a line behind a hyphen.
  it('keeps words and ids whole on a phone', async () => {
    const { page } = await open('fleet', { width: 390 });
    const words = await page.evaluate<{ seen: number; broken: string[] }>(`(() => {
      const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      const broken = [];
      let seen = 0;
      for (let text; (text = texts.nextNode()); )
        for (const { 0: word, index } of text.textContent.matchAll(/[^\\s-]+-*/g)) {
          const range = document.createRange();
          range.setStart(text, index);
          range.setEnd(text, index + word.length);
          const tops = [...range.getClientRects()].filter(({ width }) => width > 0).map(({ top }) => Math.round(top));
          seen++;
          if (new Set(tops).size > 1) broken.push(word);
        }
      return { seen, broken };
    })()`);
    expect(words.broken).toEqual([]);
    expect(words.seen).toBeGreaterThan(200);
  });

  it('has landmarks, headings in order, and tables that say what they are', async () => {
    const { page } = await open('fleet');
    for (const role of ['banner', 'navigation', 'main', 'contentinfo'] as const)
      expect([role, await page.getByRole(role).count()]).toEqual([role, 1]);
    const levels = await page
      .locator('h1, h2, h3')
      .evaluateAll((all) => all.map((one) => one.tagName));
    expect(levels).toEqual(['H1', 'H2', 'H2', ...Array.from({ length: 12 }, () => 'H3')]);
    expect(await page.locator('table:not(:has(> caption))').count()).toBe(0);
    expect(await page.locator('th:not([scope])').count()).toBe(0);
    for (const row of [
      /github:acme\/a .*parts of two tokens/,
      /gitlab:acme\/c .*has the next token/,
    ])
      expect([row, await page.getByRole('row', { name: row }).count()]).toEqual([row, 1]);
  });

  it('is used by keyboard: past the head, and from each rotation that is named to itself', async () => {
    const { page } = await open('fleet');
    const focused = (): Promise<unknown> => page.evaluate('document.activeElement.textContent');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('Skip to the findings');
    expect(await page.locator('.skip').boundingBox()).toMatchObject({ x: 16 });
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    // The first link of the findings, the worst first.
    expect(await focused()).toBe('granting');
    await page.keyboard.press('Enter');
    expect(page.url()).toMatch(/#rotation-3$/);
    expect(await page.locator('#rotation-3 h3').textContent()).toBe('granting');
  });

  it('moves nothing', async () => {
    const { page } = await open('fleet');
    const moving = await page.evaluate(`[...document.querySelectorAll('*')].filter((one) => {
      const { animationName, transitionDuration, scrollBehavior } = getComputedStyle(one);
      return animationName !== 'none' || transitionDuration !== '0s' || scrollBehavior !== 'auto';
    }).length`);
    expect(moving).toBe(0);
  });

  it('is printed dark on light, without what only a screen needs', async () => {
    const { page } = await open('fleet', { scheme: 'dark' });
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    expect(await groundOf(page, 'body')).toBe(WHITE);
    expect(await page.getByRole('navigation').count()).toBe(0);
  });
});

const WHITE = 'rgb(255, 255, 255)';

function groundOf(page: Page, selector: string): Promise<string> {
  return page.evaluate(`getComputedStyle(document.querySelector('${selector}')).backgroundColor`);
}

async function fleetPage(folder: string): Promise<string> {
  await writeWorld(folder, fleet(Date.now()));
  return (await runBin('keyturn.js', ['status', '--html', '-'], {}, folder)).stdout;
}
