import { mentionsOf } from '../source.ts';
import type { Package, PackageRule, Problem } from '../workspace.ts';

const PROVIDERS = /planetscale|github|gitlab|circleci/i;

/** What a reader is shown an example with: a target, a name of a rotation, a sentence. */
const EXAMPLE = /\s|^!?(?:github|gitlab|circleci):|^ci[-/]/;

/** A comment that cites where a fact is from, or that shows an example. */
const CITES = /docs: |\(\w+\/\w+|`/;

/**
 * A provider's facts are in its adapter alone: core, the host and the command line ask adapters what they declare. So a stranger's adapter
 * is served as ours are.
 */
export const providerRule: PackageRule = function* ({
  folder,
  files,
  layer,
}: Package): Iterable<Problem> {
  if (!['layer:core', 'layer:host', 'layer:front'].includes(layer.tag)) return;
  for (const [name, text] of files) {
    if (!/^src\/.+\.ts$/.test(name) || name.startsWith('src/testing/')) continue;
    for (const { line, text: found, kind } of mentionsOf(text, PROVIDERS)) {
      if (kind === 'text' && EXAMPLE.test(found)) continue;
      if (kind === 'comment' && CITES.test(found)) continue;
      yield {
        file: `packages/${folder}/${name}:${line}`,
        message: `names a provider, which only its adapter may: ${found.trim().slice(0, 60)}`,
      };
    }
  }
};

/** The host's manifest lists the adapters that there are, to name one that is missing. */
export function* knownAdaptersRule(packages: readonly Package[]): Iterable<Problem> {
  const host = packages.find(({ layer }) => layer.tag === 'layer:host');
  if (host === undefined) return;
  const { adapters = {}, packages: others = {} } = (host.manifest.keyturn ?? {}) as {
    adapters?: Readonly<Record<string, readonly string[]>>;
    packages?: Readonly<Record<string, string>>;
  };
  const listed = Object.entries(adapters).flatMap(([role, kinds]) =>
    kinds.map((kind) => others[`${role}-${kind}`] ?? `${role}-${kind}`),
  );
  const there = packages.filter(({ layer }) => layer.adapter).map(({ folder }) => folder);
  const file = `packages/${host.folder}/package.json`;
  for (const name of there.filter((one) => !listed.includes(one)))
    yield { file, message: `keyturn.adapters does not list ${name}` };
  for (const name of new Set(listed.filter((one) => !there.includes(one))))
    yield { file, message: `keyturn.adapters lists ${name}, which is not there` };
}
