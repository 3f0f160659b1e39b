/** What a tarball of ours may contain, and nothing else. */
const ALLOWED = [
  /^(?:package\.json|README\.md|LICENSE|CHANGELOG\.md)$/,
  /^dist\/(?:[\w-]+\/)*[\w.-]+\.(?:js|d\.ts)$/,
  // The command line: its programs, its manual, its help, the schemas of the configuration and of events.
  /^bin\/[a-z-]+\.js$/,
  /^dist\/man\/[a-z-]+\.1$/,
  /^dist\/help\.txt$/,
  /^(events\.)?schema\.json$/,
];
const REQUIRED = ['package.json', 'README.md', 'LICENSE'];

/** What a published manifest has, and nothing else: nothing of the workspace, nothing that runs when it is installed. */
const KEYS = [
  'name',
  'version',
  'description',
  'keywords',
  'homepage',
  'bugs',
  'license',
  'repository',
  'man',
  'bin',
  'files',
  'type',
  'sideEffects',
  'exports',
  'publishConfig',
  'dependencies',
  'peerDependencies',
  'peerDependenciesMeta',
  'engines',
  'keyturn',
];

interface Manifest {
  readonly name?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly [key: string]: unknown;
}

/** The largest tarball of today has 0.2 MB unpacked; something else is in one of more than 2 MB. */
const MOST_BYTES = 2 * 1024 * 1024;

/**
 * One line for everything in a tarball that a user does not need, or that is missing.
 *
 * @param published the names of the packages that are published together
 * @param root the folder of the checkout, which must not be in a file
 */
export function contentProblems(
  files: ReadonlyMap<string, Buffer>,
  published: ReadonlySet<string>,
  root: string,
): string[] {
  const manifest = JSON.parse(files.get('package.json')?.toString() ?? '{}') as Manifest;
  const total = [...files.values()].reduce((sum, { length }) => sum + length, 0);
  return [
    ...[...files.keys()]
      .filter((path) => !ALLOWED.some((allowed) => allowed.test(path)))
      .map((path) => `${path} is not to be published`),
    ...[...REQUIRED, ...namedFiles(manifest)]
      .filter((path) => !files.has(path))
      .map((path) => `${path} is missing`),
    ...Object.keys(manifest)
      .filter((key) => !KEYS.includes(key))
      .map((key) => `package.json has "${key}", which users do not need`),
    ...dependencyProblems(manifest, published),
    ...declarationProblems(files, manifest),
    ...[...files]
      .filter(([, content]) => content.includes(root))
      .map(([path]) => `${path} contains the path of the checkout`),
    ...(total > MOST_BYTES ? [`has ${total} bytes; ${MOST_BYTES} is the most`] : []),
  ];
}

function* dependencyProblems(manifest: Manifest, published: ReadonlySet<string>): Iterable<string> {
  for (const kind of ['dependencies', 'peerDependencies'] as const)
    for (const [name, range] of Object.entries(manifest[kind] ?? {})) {
      if (/^(?:workspace|file|link):/.test(range)) yield `${kind} has ${name} from "${range}"`;
      if (/^(?:@keyturn\/|keyturn$)/.test(name) && !published.has(name))
        yield `${kind} has ${name}, which is not published`;
    }
}

/** Types of a package that is bundled are not there for users: only what is installed can be named in a declaration. */
function* declarationProblems(
  files: ReadonlyMap<string, Buffer>,
  { name = '', dependencies, peerDependencies }: Manifest,
): Iterable<string> {
  const installed = new Set([name, ...Object.keys({ ...dependencies, ...peerDependencies })]);
  for (const [path, content] of files) {
    if (!path.endsWith('.d.ts')) continue;
    for (const [, specifier = ''] of content
      .toString()
      .replaceAll(/\/\*[\s\S]*?\*\//g, '')
      .matchAll(/(?:from|import\(|import) ?["']([^."'][^"']*)["']/g)) {
      const imported = /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? '';
      if (!specifier.startsWith('node:') && !installed.has(imported))
        yield `${path} imports ${imported}, which is not installed with it`;
    }
  }
}

/** The files that a manifest names: its programs, exports and manual. */
function namedFiles({ exports, bin, man }: Manifest): string[] {
  return [exports, bin, man].flatMap((value) => pathsIn(value));
}

function pathsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value.replace(/^\.\//, '')];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap((inner) => pathsIn(inner));
}
