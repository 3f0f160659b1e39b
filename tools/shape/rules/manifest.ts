import { isDeepStrictEqual } from 'node:util';

import { nameOf, type Package, type Problem } from '../workspace.ts';

const REPOSITORY = 'https://github.com/keyturn/keyturn';

interface Fixed {
  readonly key: string;
  readonly value: (one: Package) => unknown;
}

/** Keys that have one right value. */
const FIXED: readonly Fixed[] = [
  { key: 'name', value: nameOf },
  { key: 'type', value: () => 'module' },
  { key: 'license', value: () => 'MIT' },
  { key: 'homepage', value: ({ folder }) => `${REPOSITORY}/tree/main/packages/${folder}#readme` },
  { key: 'bugs', value: () => `${REPOSITORY}/issues` },
  { key: 'repository.type', value: () => 'git' },
  { key: 'repository.url', value: () => `git+${REPOSITORY}.git` },
  { key: 'scripts', value: () => ({ prepack: 'node ../../tools/prepack.cjs' }) },
  { key: 'engines.node', value: () => '>=22.19' },
  { key: 'repository.directory', value: ({ folder }) => `packages/${folder}` },
  { key: 'nx.tags', value: ({ layer }) => [layer.tag] },
  { key: 'keyturn', value: roleOf },
  { key: 'publishConfig.access', value: () => 'public' },
  { key: 'publishConfig.provenance', value: () => true },
  { key: 'publishConfig.exports', value: ({ manifest }) => withoutSources(manifest.exports) },
];

/** Keys that must be there, whatever they hold. */
const PRESENT = [
  'description',
  'exports|.',
  'exports|./package.json',
  'nx|targets|build',
  'nx|targets|typecheck',
  'nx|targets|test',
];

export function* manifestRule(one: Package): Iterable<Problem> {
  const file = `packages/${one.folder}/package.json`;
  for (const { key, value } of FIXED) {
    const wanted = value(one);
    const found = at(one.manifest, key.split('.'));
    if (!isDeepStrictEqual(found, wanted))
      yield { file, message: `${key} is ${shown(found)}, not ${shown(wanted)}` };
  }
  for (const keys of PRESENT.map((key) => key.split('|')))
    if (at(one.manifest, keys) === undefined)
      yield { file, message: `${keys.join(' ')} is missing` };
  const { keywords } = one.manifest;
  if (!Array.isArray(keywords) || !keywords.includes('keyturn'))
    yield { file, message: 'keywords has no "keyturn"' };
  // npm adds the README and the license by itself, and no changelog.
  for (const needed of ['dist', 'CHANGELOG.md'])
    if (one.manifest.files?.includes(needed) !== true)
      yield { file, message: `files has no "${needed}"` };
  for (const listed of ['src', 'test'].filter((name) => one.manifest.files?.includes(name)))
    yield { file, message: `files has "${listed}", which is not to be published` };
}

/**
 * An adapter says in its manifest what it is: `{ "sink": "github", "ci": true }` in sink-github, whose platform has a CI. The host lists
 * the adapters that there are, the usual ones first.
 */
function roleOf({ folder, layer, files, manifest }: Package): unknown {
  if (layer.tag === 'layer:host') return manifest.keyturn;
  const [, role = '', kind] = /^([a-z]+)-(.+)$/.exec(folder) ?? [];
  if (!layer.adapter) return undefined;
  const schemes = (manifest.keyturn as { readonly schemes?: unknown } | undefined)?.schemes;
  return {
    [role]: kindsOf(role, kind ?? '', manifest),
    // A test of the host compares them with those that it knows.
    ...(role === 'store' && schemes !== undefined && { schemes }),
    ...(files.has('src/pipeline.ts') && { ci: true }),
  };
}

/** A package may adapt several kinds: each is the default export of an entry, and its name begins with that of the package. */
function kindsOf(role: string, name: string, { keyturn, exports }: Package['manifest']): unknown {
  const declared = (keyturn as Readonly<Record<string, unknown>> | undefined)?.[role];
  if (typeof declared !== 'object' || declared === null) return name;
  const entries = Object.entries(declared as Readonly<Record<string, string>>);
  const isRight = entries.every(
    ([kind, entry]) =>
      (kind === name || kind.startsWith(`${name}-`)) && Object.hasOwn(exports ?? {}, entry),
  );
  return isRight && entries.length > 0 ? declared : name;
}

/** What is published has no sources in it. */
function withoutSources(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([condition]) => condition !== '@keyturn/source')
      .map(([key, inner]) => [key, withoutSources(inner)]),
  );
}

function at(value: unknown, keys: readonly string[]): unknown {
  return keys.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null
        ? (inner as Record<string, unknown>)[key]
        : undefined,
    value,
  );
}

function shown(value: unknown): string {
  return value === undefined ? 'missing' : JSON.stringify(value);
}
