/** A small workspace in which everything is as it must be. */
export function validTree(): Map<string, string> {
  return new Map([
    ...packageFiles('core', 'layer:core', {}),
    [
      'packages/core/src/contracts/errors.ts',
      'export const errorCodes = {\n  NET_FAILED: { retryable: true },\n} as const;\n',
    ],
    ...packageFiles('http', 'layer:http', {
      dependencies: { undici: '8.0.0' },
      peerDependencies: { '@keyturn/core': 'workspace:^' },
    }),
    ...packageFiles('sink-x', 'layer:adapter', {
      dependencies: { '@keyturn/http': 'workspace:^' },
      devDependencies: {
        '@keyturn/core': 'workspace:*',
        '@keyturn/sandbox': 'workspace:*',
        valibot: '1.0.0',
      },
      peerDependencies: { '@keyturn/core': 'workspace:^' },
      keyturn: { sink: 'x' },
    }),
    ...packageFiles('keyturn', 'layer:name', {
      name: 'keyturn',
      dependencies: { '@keyturn/cli': 'workspace:*' },
    }),
    ['packages/keyturn/README.md', readme('keyturn', ['Install', 'Use'], 'keyturn')],
    [
      'packages/sink-x/README.md',
      readme('sink-x', ['Install', 'Use', 'Options', 'Permissions', 'Limits', 'Errors']),
    ],
    // A catalogue may be long.
    [
      'packages/sink-x/src/messages.ts',
      `export const x = () => new KeyturnError('NET_FAILED', 'x');${'\n'.repeat(300)}`,
    ],
    [
      'packages/core/src/testing/x.ts',
      "export const x = () => new KeyturnError('NET_FAILED', 'x');",
    ],
    ['packages/sink-x/src/x.ts', "import * as v from 'valibot';\n\nexport const x = v;\n"],
    [
      'docs/errors.md',
      '# Errors\n\n## NET_FAILED\n\n*Exit 3*\n\nThe network.\n\n**What to do:** wait.\n',
    ],
    [
      'docs/dependencies.md',
      '| package | used by | why |\n| --- | --- | --- |\n| `undici` | http | Requests. |\n\n| package | used by | why |\n| --- | --- | --- |\n| `valibot` | sink-x | Checks. |\n',
    ],
  ]);
}

function packageFiles(folder: string, tag: string, more: object): [string, string][] {
  const exported = { types: './dist/index.d.ts', default: './dist/index.js' };
  const manifest = {
    name: `@keyturn/${folder}`,
    description: 'A sentence.',
    keywords: ['keyturn'],
    homepage: `https://github.com/keyturn/keyturn/tree/main/packages/${folder}#readme`,
    bugs: 'https://github.com/keyturn/keyturn/issues',
    license: 'MIT',
    repository: {
      type: 'git',
      url: 'git+https://github.com/keyturn/keyturn.git',
      directory: `packages/${folder}`,
    },
    scripts: { prepack: 'node ../../tools/prepack.cjs' },
    files: ['CHANGELOG.md', 'dist'],
    type: 'module',
    exports: {
      '.': { '@keyturn/source': './src/index.ts', ...exported },
      './package.json': './package.json',
    },
    publishConfig: {
      exports: { '.': exported, './package.json': './package.json' },
      access: 'public',
      provenance: true,
    },
    engines: { node: '>=22.19' },
    nx: { tags: [tag], targets: { build: {}, typecheck: {}, test: {} } },
    ...more,
  };
  const files: Record<string, string> = {
    'package.json': JSON.stringify(manifest),
    'README.md': readme(folder, ['Install', 'Use']),
    'tsconfig.json': '{}',
    'tsconfig.build.json': '{}',
    'src/index.ts': "export { x } from './x.ts';\nexport type { X } from './x.ts';\n",
    'src/x.ts': 'export const x = 1;\n',
    'test/x.test.ts': '',
  };
  return Object.entries(files).map(([name, text]) => [`packages/${folder}/${name}`, text]);
}

function readme(folder: string, sections: readonly string[], name = `@keyturn/${folder}`): string {
  const body = sections
    .map((section) => `## ${section}\n\n\`\`\`sh\n## no heading\n\`\`\`\n`)
    .join('\n');
  return `# ${name}\n\nA sentence.\n\n${body}`;
}
