type Change = (tree: Map<string, string>) => void;

const manifest =
  (folder: string, change: (manifest: any) => void): Change =>
  (tree) => {
    const file = `packages/${folder}/package.json`;
    const value = JSON.parse(tree.get(file) ?? '') as object;
    change(value);
    tree.set(file, JSON.stringify(value));
  };
const file =
  (name: string, text: string): Change =>
  (tree) =>
    void tree.set(name, text);
const without =
  (name: string): Change =>
  (tree) =>
    void tree.delete(name);
const added =
  (name: string, text: string): Change =>
  (tree) =>
    void tree.set(name, `${tree.get(name)}${text}`);

/** What is broken, and the one line that is said about it. */
export const BROKEN: Readonly<Record<string, readonly [Change, string]>> = {
  'another name': [
    manifest('core', (m) => (m.name = 'core')),
    'name is "core", not "@keyturn/core"',
  ],
  'a scope for the name that npx finds': [
    manifest('keyturn', (m) => (m.name = '@keyturn/keyturn')),
    'name is "@keyturn/keyturn", not "keyturn"',
  ],
  'an adapter that comes with the name': [
    manifest('keyturn', (m) => (m.dependencies['@keyturn/sink-x'] = 'workspace:*')),
    '@keyturn/sink-x must not be among the dependencies of layer:name',
  ],
  'a circle of imports': [
    (tree) => {
      tree.set('packages/http/src/one.ts', "export { two } from './two.ts';\n");
      tree.set(
        'packages/http/src/two.ts',
        "import { one } from './one.ts';\nexport const two = one;\n",
      );
    },
    'imports itself: src/one.ts → src/two.ts → src/one.ts',
  ],
  'a provider outside of its adapter': [
    added('packages/core/src/index.ts', "\nexport { github } from './forge.ts';\n"),
    'packages/core/src/index.ts:',
  ],
  'a CommonJS package': [
    manifest('http', (m) => delete m.type),
    'packages/http/package.json: type is missing, not "module"',
  ],
  'another license': [manifest('http', (m) => (m.license = 'ISC')), 'license is "ISC", not "MIT"'],
  'another Node': [
    manifest('http', (m) => (m.engines.node = '>=20')),
    'engines.node is ">=20", not ">=22.19"',
  ],
  'the folder of another package': [
    manifest('http', (m) => (m.repository.directory = 'packages/core')),
    'repository.directory is "packages/core"',
  ],
  'no home': [
    manifest('http', (m) => delete m.homepage),
    'homepage is missing, not "https://github.com/keyturn/keyturn/tree/main/packages/http#readme"',
  ],
  'nothing to be found by': [
    manifest('http', (m) => (m.keywords = ['http'])),
    'packages/http/package.json: keywords has no "keyturn"',
  ],
  'a package that is packed without being built': [
    manifest('http', (m) => delete m.scripts),
    'scripts is missing, not {"prepack":',
  ],
  'a script that would run when it is installed': [
    manifest('http', (m) => (m.scripts.postinstall = 'node x.js')),
    'packages/http/package.json: scripts is {"prepack":',
  ],
  'no provenance': [
    manifest('http', (m) => delete m.publishConfig.provenance),
    'publishConfig.provenance is missing, not true',
  ],
  'the tag of another layer': [
    manifest('sink-x', (m) => (m.nx.tags = ['layer:http'])),
    'nx.tags is ["layer:http"], not ["layer:adapter"]',
  ],
  'a missing target': [
    manifest('http', (m) => delete m.nx.targets.typecheck),
    'nx targets typecheck is missing',
  ],
  'a missing export': [
    manifest('http', (m) => {
      delete m.exports['./package.json'];
      delete m.publishConfig.exports['./package.json'];
    }),
    'exports ./package.json is missing',
  ],
  'sources that would be published': [
    manifest('http', (m) => (m.publishConfig.exports = m.exports)),
    'packages/http/package.json: publishConfig.exports is ',
  ],
  'tests among the published files': [
    manifest('http', (m) => m.files.push('test')),
    'files has "test"',
  ],
  'no changelog among the published files': [
    manifest('http', (m) => (m.files = ['dist'])),
    'files has no "CHANGELOG.md"',
  ],
  'no build among the published files': [
    manifest('http', (m) => (m.files = ['CHANGELOG.md', 'bin'])),
    'files has no "dist"',
  ],
  'an adapter that does not say what it is': [
    manifest('sink-x', (m) => delete m.keyturn),
    'keyturn is missing, not {"sink":"x"}',
  ],
  'an adapter that says something else': [
    manifest('sink-x', (m) => (m.keyturn = { sink: 'y' })),
    'keyturn is {"sink":"y"}, not {"sink":"x"}',
  ],
  'a package that is none, and says so': [
    manifest('http', (m) => (m.keyturn = { sink: 'x' })),
    'keyturn is {"sink":"x"}, not missing',
  ],
  'a manifest that is not JSON': [
    file('packages/core/package.json', '{'),
    'packages/core/package.json: is not there, or not JSON',
  ],
  'a folder of no layer': [
    file('packages/utils/package.json', '{}'),
    'packages/utils/: its name belongs to no layer',
  ],

  'npm in core': [
    manifest('core', (m) => (m.dependencies = { undici: '8.0.0' })),
    'layer:core has no packages from npm, and undici is one',
  ],
  'ours in core': [
    manifest('core', (m) => (m.devDependencies = { '@keyturn/http': '*' })),
    '@keyturn/http must not be among the devDependencies of layer:core',
  ],
  'an adapter in an adapter': [
    manifest('sink-x', (m) => (m.dependencies['@keyturn/sink-y'] = '*')),
    '@keyturn/sink-y must not be among the dependencies of layer:adapter',
  ],
  'core as a dependency': [
    manifest('sink-x', (m) => (m.dependencies['@keyturn/core'] = '*')),
    '@keyturn/core must not be among the dependencies of layer:adapter',
  ],
  'no core as a peer': [
    manifest('sink-x', (m) => delete m.peerDependencies),
    '@keyturn/core is not among the peerDependencies',
  ],
  'the sandbox in sources': [
    file('packages/sink-x/src/y.ts', "\nimport { s } from '@keyturn/sandbox';\n"),
    'packages/sink-x/src/y.ts:2: imports @keyturn/sandbox, which is not installed with it',
  ],
  'an import of nobody': [
    file('packages/http/src/y.ts', "export * from 'left-pad/a';"),
    'packages/http/src/y.ts:1: imports left-pad, which its package.json does not name',
  ],

  'no README': [without('packages/http/README.md'), 'packages/http/README.md: is missing'],
  'no build configuration': [
    without('packages/http/tsconfig.build.json'),
    'packages/http/tsconfig.build.json: is missing',
  ],
  'no tests': [without('packages/http/test/x.test.ts'), 'packages/http/test: holds no *.test.ts'],
  'code in index.ts': [
    added('packages/http/src/index.ts', 'export const y = 1;\n'),
    'packages/http/src/index.ts: holds more than exports',
  ],
  'a long file': [
    file('packages/http/src/x.ts', '\n'.repeat(251)),
    'packages/http/src/x.ts: has 251 lines; 250 is the most',
  ],

  'plaintext in the wrong place': [
    file('packages/http/src/y.ts', '\n\nsecret.reveal();'),
    'packages/http/src/y.ts:3: reveals a secret',
  ],
  'plaintext by the function': [
    file('packages/http/src/y.ts', 'reveal(secret);'),
    'packages/http/src/y.ts:1: reveals a secret',
  ],
  'process in an adapter': [
    file('packages/sink-x/src/y.ts', 'export const y = process.env;'),
    'packages/sink-x/src/y.ts:1: uses process',
  ],
  'a console': [
    file('packages/sink-x/src/y.ts', 'console.log(1);'),
    'packages/sink-x/src/y.ts:1: uses the console',
  ],

  'a hint that describes': [
    file('packages/http/src/y.ts', "const y = { hint: 'It has no host.' };"),
    'packages/http/src/y.ts:1: its hint does not say what to do',
  ],
  'a hint of two sentences': [
    file('packages/http/src/y.ts', "const y = { hint: x ? 'Wait. Run it again.' : 'Wait.' };"),
    'packages/http/src/y.ts:1: its hint is more than one sentence',
  ],
  'a hint without an end': [
    file('packages/http/src/y.ts', "const y = { hint: 'Run it again' };"),
    'packages/http/src/y.ts:1: its hint does not end as a sentence does',
  ],
  'a hint of two lines': [
    file('packages/http/src/y.ts', "const y = { hint: 'Run it\\nagain.' };"),
    'packages/http/src/y.ts:1: its hint is longer than a line',
  ],

  'an error outside of the catalogue': [
    file('packages/sink-x/src/y.ts', "\nthrow new KeyturnError('NET_FAILED', 'x');"),
    'packages/sink-x/src/y.ts:2: creates a KeyturnError',
  ],
  'an error by the name of its module': [
    file('packages/core/src/y.ts', "throw new errors.KeyturnError('NET_FAILED', 'x');"),
    'packages/core/src/y.ts:1: creates a KeyturnError',
  ],
  'a catalogue that is not in its place': [
    file('packages/sink-x/src/deep/messages.ts', "throw new KeyturnError('NET_FAILED', 'x');"),
    'packages/sink-x/src/deep/messages.ts:1: creates a KeyturnError',
  ],

  'sections in another order': [
    file('packages/http/README.md', '# @keyturn/http\n\nA sentence.\n\n## Use\n\n## Install\n'),
    'packages/http/README.md: its sections are Use, Install, not Install, Use',
  ],
  'a section too few': [
    file('packages/sink-x/README.md', '# @keyturn/sink-x\n\nA sentence.\n\n## Install\n\n## Use\n'),
    'its sections are Install, Use, not Install, Use, Options, Permissions, Limits, Errors',
  ],
  'another title': [
    file('packages/http/README.md', '# HTTP\n\nA sentence.\n\n## Install\n\n## Use\n'),
    'does not begin with "# @keyturn/http"',
  ],
  'no sentence': [
    file('packages/http/README.md', '# @keyturn/http\n\n## Install\n\n## Use\n'),
    'does not say in a sentence what it is',
  ],

  'a dependency without a line': [
    manifest('http', (m) => (m.dependencies.ky = '1.0.0')),
    'docs/dependencies.md: has no line for ky as used by http',
  ],
  'a dependency with a line for others': [
    manifest('sink-x', (m) => (m.dependencies.undici = '8.0.0')),
    'has no line for undici as used by sink-x',
  ],
  'a dependency that is gone': [
    manifest('http', (m) => delete m.dependencies),
    'has a line for undici, which http does not use',
  ],
  'a dependency without a reason': [
    (tree) =>
      void tree.set(
        'docs/dependencies.md',
        (tree.get('docs/dependencies.md') ?? '').replace('Requests.', ''),
      ),
    'does not say why undici is worth it',
  ],
  'a bundled package without a line': [
    (tree) =>
      void tree.set(
        'docs/dependencies.md',
        (tree.get('docs/dependencies.md') ?? '').replace('| `valibot` | sink-x | Checks. |', ''),
      ),
    'has no line for valibot as used by sink-x',
  ],
  'an error without a paragraph': [
    file('docs/errors.md', '# Errors\n'),
    'docs/errors.md: has no paragraph "## NET_FAILED"',
  ],
  'an error with an empty one': [
    file('docs/errors.md', '## NET_FAILED\n\n*Exit 3*\n\n**What to do:** wait.\n'),
    'docs/errors.md: says nothing about NET_FAILED',
  ],
  'an error that nobody can do anything about': [
    file('docs/errors.md', '## NET_FAILED\n\nThe network.\n'),
    'docs/errors.md: has no "**What to do:** …" for NET_FAILED',
  ],
  'a paragraph on no error': [
    added('docs/errors.md', '\n## OLD\n\nGone.\n'),
    'docs/errors.md: has a paragraph on OLD, which is no code',
  ],
};
