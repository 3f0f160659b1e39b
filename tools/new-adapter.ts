// Makes packages/sink-NAME with a sink that works, for you to fill in: node tools/new-adapter.ts sink NAME
import { execFileSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { filled, identifierOf } from '../packages/cli/src/scaffold/sink-package.ts';
import { readme, sink } from '../packages/cli/src/scaffold/templates.ts';
import { conformanceTest } from '../packages/cli/src/scaffold/test-template.ts';
import { withCatalogue, type Message } from './catalogue.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** Where it takes what is the same in all packages. */
const SIBLING = 'packages/sink-exec';
/** The errors of the template, in their order. */
const MESSAGES: readonly Message[] = [
  { name: 'targetInvalid', parameters: 'path: string', values: 'path' },
  { name: 'tokenMissing', parameters: 'id: string', values: 'id' },
  {
    name: 'requestRefused',
    parameters: 'id: string, response: Response, refused: boolean',
    values: 'id, response, refused',
  },
];

/** The files of a new sink of this repository, by their paths from its root. */
export async function newSink(kind: string): Promise<Map<string, string>> {
  const folder = `packages/sink-${kind}`;
  const name = `@keyturn/sink-${kind}`;
  const filling = { kind, package: name, test: 'vitest' };
  const sibling = (file: string): Promise<string> =>
    readFile(path.join(ROOT, SIBLING, file), 'utf8');
  const { repository, ...manifest } = JSON.parse(await sibling('package.json')) as Manifest;
  const made = {
    ...manifest,
    name,
    version: '0.0.0',
    description: `Delivers rotated credentials to ${kind}.`,
    keywords: ['keyturn', 'secret-rotation', 'credentials', 'keyturn-sink', kind],
    homepage: manifest.homepage.replace(SIBLING, folder),
    repository: { ...repository, directory: folder },
    keyturn: { sink: kind },
  };
  const split = withCatalogue(withoutDefault(sink), MESSAGES);
  const sinkName = `${identifierOf(kind)}Sink`;
  return new Map([
    [`${folder}/package.json`, `${JSON.stringify(made, null, 2)}\n`],
    [`${folder}/tsconfig.json`, await sibling('tsconfig.json')],
    [`${folder}/tsconfig.build.json`, await sibling('tsconfig.build.json')],
    [`${folder}/README.md`, filled(readme, filling)],
    [
      `${folder}/src/index.ts`,
      `export { ${sinkName}, ${sinkName} as default } from './sink.ts';\n`,
    ],
    [`${folder}/src/messages.ts`, filled(split.catalogue, filling)],
    [`${folder}/src/sink.ts`, filled(split.sink, filling)],
    [`${folder}/test/conformance.test.ts`, filled(conformanceTest, filling)],
    [`.changeset/sink-${kind}.md`, `---\n'${name}': major\n---\n\nA sink for ${kind}.\n`],
  ]);
}

interface Manifest {
  readonly repository: object;
  readonly homepage: string;
  readonly [key: string]: unknown;
}

/** Here `index.ts` alone has a default export. */
function withoutDefault(template: string): string {
  return template.replace('export default __name__Sink;\n', '');
}

if (import.meta.main) {
  const [role, kind = ''] = process.argv.slice(2);
  if (role !== 'sink' || !/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(kind)) {
    process.stderr.write('node tools/new-adapter.ts sink NAME, in small letters and dashes\n');
    process.exit(2);
  }
  const files = await newSink(kind);
  await mkdir(path.join(ROOT, `packages/sink-${kind}`));
  for (const [file, text] of files) {
    await mkdir(path.join(ROOT, path.dirname(file)), { recursive: true });
    await writeFile(path.join(ROOT, file), text, { flag: 'wx' });
    process.stdout.write(`  ${file}\n`);
  }
  const oxfmt = path.join(ROOT, 'node_modules/.bin/oxfmt');
  execFileSync(oxfmt, [`packages/sink-${kind}`], {
    cwd: ROOT,
    shell: process.platform === 'win32',
  });
  process.stdout.write(`
Next: npm run pnpm -- install && npx nx run @keyturn/sink-${kind}:test
Then name it where the others stand: keyturn.adapters in packages/host/package.json, the devDependencies of packages/cli, the table in README.md;
and give the sandbox what it talks to.
`);
}
