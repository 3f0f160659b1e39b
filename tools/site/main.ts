// Builds the site from docs/, the READMEs and the docstrings: `npm run site`. It fails on a link that leads nowhere.
// `--check` builds nothing: it only says whether docs/README.md, which the sidebar is made of, lists every page.
import { join } from 'node:path';

import { groups, root, unlisted } from './pages.ts';

const problems =
  groups().length === 0
    ? ['docs/README.md has no lists']
    : unlisted().map((page) => `${page} is in no list of docs/README.md`);
if (problems.length === 0 && !process.argv.includes('--check')) {
  const [{ writeApi }, { brokenLinks }, { build }] = await Promise.all([
    import('./api.ts'),
    import('./links.ts'),
    import('vitepress'),
  ]);
  await writeApi();
  await build(join(root, 'tools/site'));
  problems.push(...(await brokenLinks(join(root, 'tools/site/dist'))));
}
for (const problem of problems) process.stderr.write(`${problem}\n`);
if (problems.length > 0) process.exitCode = 1;
