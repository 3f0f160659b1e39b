import { fileURLToPath } from 'node:url';

import { defineConfig } from 'vitepress';

import { apiPages } from '../api.ts';
import { anchorOf, fromGitHub } from '../markdown.ts';
import { decisions, excluded, groups, pageOf, REPOSITORY, type Entry } from '../pages.ts';

const link = ({ text, page }: Entry) => ({ text, link: `/${page.replace(/\.md$/, '')}` });

/** The lists of docs/README.md, with the decisions and the generated reference below their pages. */
const sidebar = groups().map(({ text, entries }) => ({
  text,
  items: entries.map((entry) => {
    if (entry.page.startsWith('decisions/'))
      return { ...link(entry), collapsed: true, items: decisions().map(link) };
    if (entry.page === 'api.md') return { ...link(entry), items: apiPages.map(link) };
    return link(entry);
  }),
}));

/** A key. */
const icon = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="#3451b2" stroke-width="3"><circle cx="7" cy="12" r="4"/><path d="M11 12h11v5m-5-5v4"/></svg>',
)}`;

export default defineConfig({
  title: 'keyturn',
  description: 'Rotates the service tokens that CI uses, without an outage and without an orphan.',
  lang: 'en',
  head: [['link', { rel: 'icon', href: icon }]],
  base: process.env['SITE_BASE'] ?? '/',
  srcDir: '../..',
  srcExclude: [...excluded],
  outDir: 'dist',
  cacheDir: fileURLToPath(new URL('../../../node_modules/.vitepress', import.meta.url)),
  rewrites: (page) => pageOf(page) ?? page,
  cleanUrls: true,
  router: { prefetchLinks: false },
  lastUpdated: false,
  // The index of the search is one file, and is loaded when somebody searches.
  vite: { build: { chunkSizeWarningLimit: 2000 } },
  markdown: {
    config: (markdown) => fromGitHub(markdown as never),
    anchor: { slugify: anchorOf },
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
  },
  themeConfig: {
    nav: [
      { text: 'Quick start', link: '/quick-start' },
      { text: 'Commands', link: '/commands' },
      { text: 'API', link: '/api' },
      { text: 'Contents', link: '/contents' },
    ],
    sidebar,
    outline: { level: [2, 3] },
    search: { provider: 'local' },
    socialLinks: [{ icon: 'github', link: REPOSITORY }],
    editLink: { pattern: `${REPOSITORY}/edit/main/:path`, text: 'Edit this page on GitHub' },
    externalLinkIcon: true,
    footer: { message: 'MIT' },
  },
});
