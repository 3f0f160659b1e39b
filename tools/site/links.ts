import { glob, readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';

/** Every link within the built site whose page or anchor does not exist. */
export async function brokenLinks(folder: string): Promise<string[]> {
  const pages = new Map<string, string>();
  for await (const file of glob('**/*.html', { cwd: folder }))
    pages.set(
      file.replaceAll('\\', '/').replace(/(?:^|\/)index\.html$|\.html$/, ''),
      await readFile(join(folder, file), 'utf8'),
    );
  const anchors = new Map([...pages].map(([page, html]) => [page, idsIn(html)]));
  const base = (process.env['SITE_BASE'] ?? '/').slice(1);
  const broken = new Set<string>();
  for (const [page, html] of pages)
    for (const [, href = ''] of contentOf(html).matchAll(/<a [^>]*?href="([^"]*)"/g)) {
      if (/^(?:[a-z]+:|\/\/)/i.test(href)) continue;
      const [path = '', anchor = ''] = href.replaceAll('&amp;', '&').split('#', 2);
      const target = path === '' ? page : pageAt(page, path, base);
      const ids = anchors.get(target);
      if (ids === undefined || (anchor !== '' && !ids.has(decodeURIComponent(anchor))))
        broken.add(`/${page}: the link ${href} leads nowhere`);
    }
  return [...broken].toSorted();
}

function pageAt(page: string, path: string, base: string): string {
  const full = path.startsWith('/')
    ? path.slice(1).replace(new RegExp(`^${base}`), '')
    : posix.join(posix.dirname(page), path);
  return decodeURIComponent(full).replace(/(?:^|\/)index$|\.html$|\/$/, '');
}

/** What comes from the page itself: the frame around it is the same everywhere. */
function contentOf(html: string): string {
  const start = html.indexOf('<main');
  return start < 0 ? html : html.slice(start);
}

function idsIn(html: string): ReadonlySet<string> {
  return new Set([...html.matchAll(/\sid="([^"]+)"/g)].map(([, id = '']) => id));
}
