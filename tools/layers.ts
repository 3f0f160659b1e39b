/** One kind of package, and which of ours it may depend on, by their folders. */
export interface Layer {
  /** Its tag for nx. */
  readonly tag: string;
  /** The folders under packages/ that belong to it. */
  readonly folders: RegExp;
  /** What it must have as a peer, so that a project has it once. */
  readonly peers: readonly string[];
  readonly dependencies: readonly string[];
  /** For tests only; nothing in src may import it. */
  readonly development: readonly string[] | 'any';
  /** Packages from npm may be dependencies. */
  readonly npm: boolean;
  /** It has options, permissions and errors of a provider to document. */
  readonly adapter: boolean;
}

export const layers: readonly Layer[] = [
  {
    tag: 'layer:core',
    folders: /^core$/,
    peers: [],
    dependencies: [],
    development: [],
    npm: false,
    adapter: false,
  },
  {
    tag: 'layer:http',
    folders: /^http$/,
    peers: ['core'],
    dependencies: [],
    development: ['core', 'sandbox'],
    npm: true,
    adapter: false,
  },
  {
    tag: 'layer:ci',
    folders: /^ci$/,
    peers: [],
    dependencies: [],
    development: [],
    npm: false,
    adapter: false,
  },
  {
    tag: 'layer:sandbox',
    folders: /^sandbox$/,
    peers: [],
    dependencies: [],
    development: [],
    npm: true,
    adapter: false,
  },
  {
    tag: 'layer:adapter',
    folders: /^(?:issuer|sink|store)-[a-z0-9-]+$/,
    peers: ['core'],
    dependencies: ['http'],
    development: ['core', 'sandbox'],
    npm: true,
    adapter: true,
  },
  {
    tag: 'layer:host',
    folders: /^host$/,
    peers: [],
    dependencies: ['ci', 'core', 'http', 'store-file'],
    development: 'any',
    npm: true,
    adapter: false,
  },
  {
    tag: 'layer:fleet',
    folders: /^fleet$/,
    peers: [],
    dependencies: ['core', 'host', 'store-postgres'],
    development: 'any',
    npm: true,
    adapter: false,
  },
  {
    tag: 'layer:example',
    folders: /^example-[a-z-]+$/,
    peers: [],
    dependencies: [],
    development: 'any',
    npm: true,
    adapter: false,
  },
  {
    tag: 'layer:front',
    folders: /^cli$/,
    peers: [],
    dependencies: ['ci', 'core', 'host', 'http', 'store-file'],
    development: 'any',
    npm: true,
    adapter: false,
  },
  {
    tag: 'layer:name',
    folders: /^keyturn$/,
    peers: [],
    dependencies: ['cli'],
    development: [],
    npm: false,
    adapter: false,
  },
];

export function layerOf(folder: string): Layer | undefined {
  return layers.find(({ folders }) => folders.test(folder));
}

/** Whether a package of one layer may depend on one of another, for its tests at least. */
export function mayDepend(from: Layer, on: Layer): boolean {
  if (from.development === 'any') return true;
  return [...from.peers, ...from.dependencies, ...from.development].some(
    (folder) => layerOf(folder) === on,
  );
}
