import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it, onTestFinished } from 'vitest';

import { brokenLinks } from '../site/links.ts';
import { anchorOf } from '../site/markdown.ts';
import { decisions, groups, linkOn, pageOf, unlisted } from '../site/pages.ts';

it.each([
  ['docs/ci.md', 'stores.md', '/stores.md'],
  ['docs/guides/circleci.md', '../ci.md#circleci', '/ci.md#circleci'],
  ['docs/ci.md', '../README.md#guarantees', '/overview.md#guarantees'],
  ['README.md', 'packages/sink-env/README.md', '/packages/sink-env.md'],
  ['docs/architecture.md', '../examples/sink-shelf', '/examples/sink-shelf.md'],
  ['docs/README.md', 'decisions', '/decisions/0001-layers-and-peer-core.md'],
  [
    'SECURITY.md',
    'packages/core/test/secret.test.ts',
    'https://github.com/keyturn/keyturn/blob/main/packages/core/test/secret.test.ts',
  ],
  ['docs/ci.md', '#circleci', '#circleci'],
  ['docs/ci.md', 'https://example.com/a.md', 'https://example.com/a.md'],
])('turns a link of %s to %s into %s', (file, link, wanted) => {
  expect(linkOn(file, link)).toBe(wanted);
});

it('refuses a link to nothing', () => {
  expect(() => linkOn('docs/ci.md', 'nowhere.md')).toThrow('docs/ci.md: nowhere.md');
});

it('lists every page of docs/ in the sidebar, once', () => {
  expect(unlisted()).toEqual([]);
  const pages = groups().flatMap(({ entries }) => entries.map(({ page }) => page));
  expect(pages.length).toBeGreaterThan(40);
  expect(new Set(pages).size).toBe(pages.length);
  expect(decisions()[0]?.text).toMatch(/^0001 /);
});

it('shows nothing that is not documentation', () => {
  expect(pageOf('packages/core/test/README.md')).toBe(undefined);
  expect(pageOf('skills/keyturn/SKILL.md')).toBe(undefined);
});

it.each([
  ['`keyturn` & «you»: what to do?', 'keyturn--you-what-to-do'],
  ['TOKEN_NOT_FOUND', 'token_not_found'],
  ['GitLab CI/CD', 'gitlab-cicd'],
])('makes the anchor that GitHub makes: %s', (heading, anchor) => {
  expect(anchorOf(heading)).toBe(anchor);
});

it('finds the links of a built site that lead nowhere', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'keyturn-site-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await mkdir(join(folder, 'a'));
  const links = ['/a/b', '/a/b#here', '/', '#own', '/c', '/a/b#gone', '#gone', 'https://x.test/y'];
  const text = links.map((href) => `<a class="x" href="${href}">x</a>`).join('');
  await writeFile(join(folder, 'index.html'), `<main id="own">${text}</main>`);
  await writeFile(
    join(folder, 'a/b.html'),
    '<a href="/frame"></a><main><h2 id="here">x</h2></main>',
  );
  expect(await brokenLinks(folder)).toEqual(
    ['#gone', '/a/b#gone', '/c'].map((href) => `/: the link ${href} leads nowhere`),
  );
});
