import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the repository. */
export const root = fileURLToPath(new URL('../..', import.meta.url));
export const REPOSITORY = 'https://github.com/keyturn/keyturn';
/** Where `api.ts` writes, and where it appears on the site. */
export const API_SOURCE = 'tools/site/api';
export const API = 'api';

/** The Markdown that is not a page of the site. */
export const excluded: readonly string[] = [
  '.*/**',
  'AGENTS.md',
  'packages/*/CHANGELOG.md',
  'packages/*/{src,test}/**',
  'skills/**',
  // docs/api.md takes its place.
  'tools/site/api/index.md',
  'tools/!(site)/**',
];

/** Where a file of the repository appears on the site: `docs/ci.md` as `ci.md`. Undefined if it does not. */
export function pageOf(file: string): string | undefined {
  if (file === 'tools/site/index.md') return 'index.md';
  if (file === 'README.md') return 'overview.md';
  if (file === 'docs/README.md') return 'contents.md';
  if (file === 'CONTRIBUTING.md' || file === 'SECURITY.md') return file.toLowerCase();
  const [, folder, name] = /^(packages|examples)\/([^/]+)\/README\.md$/.exec(file) ?? [];
  if (name !== undefined) return `${folder}/${name}.md`;
  if (file.startsWith(`${API_SOURCE}/`)) return `${API}/${file.slice(API_SOURCE.length + 1)}`;
  return /^docs\/.*\.md$/.test(file) ? file.slice('docs/'.length) : undefined;
}

/**
 * What a link in a file of the repository leads to on the site: a page if there is one, else the file on GitHub.
 *
 * @throws {Error} if the file does not exist
 */
export function linkOn(file: string, link: string): string {
  if (/^(?:[a-z]+:|[#/])/i.test(link) || link === '') return link;
  const [path = '', hash] = link.split('#', 2);
  const target = posix.join(posix.dirname(file), decodeURIComponent(path)).replace(/\/$/, '');
  if (!existsSync(join(root, target))) throw new Error(`${file}: ${link} does not exist`);
  const page = pageOf(target) ?? pageOf(`${target}/README.md`);
  const end = hash === undefined ? '' : `#${hash}`;
  if (target === 'docs/decisions') return `/${decisions()[0]?.page ?? ''}`;
  if (page !== undefined && (target.endsWith('.md') || existsSync(join(root, target, 'README.md'))))
    return `/${page}${end}`;
  return `${REPOSITORY}/blob/main/${target}${end}`;
}

export interface Entry {
  readonly text: string;
  readonly page: string;
}

export interface Group {
  readonly text: string;
  readonly entries: readonly Entry[];
}

/** The sidebar: the lists of docs/README.md. */
export function groups(): Group[] {
  const text = readFileSync(join(root, 'docs/README.md'), 'utf8');
  return text
    .split(/^## /m)
    .slice(1)
    .map((part) => ({
      text: part.split('\n', 1)[0] ?? '',
      entries: [...part.matchAll(/^- \[([^\]]+)\]\(([^)\s]+)\)/gm)].map(([, name, link]) => ({
        text: name ?? '',
        page: linkOn('docs/README.md', link ?? '').slice(1),
      })),
    }));
}

/** The decisions, by their numbers. */
export function decisions(): Entry[] {
  const folder = join(root, 'docs/decisions');
  return readdirSync(folder)
    .filter((name) => name.endsWith('.md'))
    .toSorted()
    .map((name) => ({ text: titleOf(join(folder, name)), page: `decisions/${name}` }));
}

/** The pages that have to be in a list of docs/README.md, and are in none: docs/, adapters and examples. */
export function unlisted(): string[] {
  const listed = new Set(groups().flatMap(({ entries }) => entries.map(({ page }) => page)));
  return ['docs/**/*.md', 'packages/{issuer,sink,store}-*/README.md', 'examples/*/README.md']
    .flatMap((pattern) => globSync(pattern, { cwd: root }))
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => file !== 'docs/README.md' && !file.startsWith('docs/decisions/'))
    .filter((file) => !listed.has(pageOf(file) ?? ''))
    .toSorted();
}

function titleOf(file: string): string {
  return /^# (.+)$/m.exec(readFileSync(file, 'utf8'))?.[1] ?? file;
}
