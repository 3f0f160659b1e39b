import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import { API, API_SOURCE, REPOSITORY, root, type Entry } from './pages.ts';

/** What programs and adapters import, and what is promised to stay. */
const entries = [
  { name: '@keyturn/core', source: 'packages/core/src/index.ts' },
  { name: '@keyturn/core/ledger', source: 'packages/core/src/ledger/index.ts' },
  { name: '@keyturn/core/testing', source: 'packages/core/src/testing/index.ts' },
  { name: '@keyturn/host', source: 'packages/host/src/index.ts' },
] as const;

/** The first page of each entry. */
export const apiPages: readonly Entry[] = entries.map(({ name }) => ({
  text: name,
  page: `${API}/${name}/index.md`,
}));

/** Writes the reference of the public API from its docstrings, as Markdown. A link in them that leads nowhere is an error. */
export async function writeApi(): Promise<void> {
  const out = join(root, API_SOURCE);
  await rm(out, { recursive: true, force: true });
  const { Application } = await import('typedoc');
  const application = await Application.bootstrapWithPlugins({
    plugin: ['typedoc-plugin-markdown'],
    entryPoints: entries.map(({ source }) => join(root, source)),
    tsconfig: join(root, 'packages/host/tsconfig.json'),
    basePath: root,
    readme: 'none',
    skipErrorChecking: true,
    treatWarningsAsErrors: true,
    logLevel: 'Warn',
    excludePrivate: true,
    excludeInternal: true,
    disableGit: true,
    sourceLinkTemplate: `${REPOSITORY}/blob/main/{path}#L{line}`,
    outputs: [{ name: 'markdown', path: out }],
    ...layout,
  });
  const project = await application.convert();
  if (project === undefined) throw new Error('typedoc could not read the sources');
  application.validate(project);
  await application.generateOutputs(project);
  if (application.logger.hasErrors() || application.logger.hasWarnings())
    throw new Error('the docstrings have errors');
}

/** A page for each member, with its properties in tables, as the other pages of the site. */
const layout = {
  outputFileStrategy: 'members',
  entryFileName: 'index',
  membersWithOwnFile: ['Class', 'Function', 'Interface', 'TypeAlias'],
  tableColumnSettings: { hideSources: true },
  hidePageHeader: true,
  hideBreadcrumbs: true,
  useCodeBlocks: true,
  indexFormat: 'table',
  parametersFormat: 'table',
  interfacePropertiesFormat: 'table',
  classPropertiesFormat: 'table',
  typeDeclarationFormat: 'table',
  enumMembersFormat: 'table',
} as const;
