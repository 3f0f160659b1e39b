import { factsOf } from '../source.ts';
import { productionDependencies, SCOPE, type Package, type Problem } from '../workspace.ts';

type Kind = 'dependencies' | 'optionalDependencies' | 'peerDependencies' | 'devDependencies';

/** Holds each package to what its layer may depend on, and its sources to what it depends on. */
export function* dependencyRule(one: Package): Iterable<Problem> {
  const { layer, manifest } = one;
  const file = `packages/${one.folder}/package.json`;
  const allowed: readonly (readonly [Kind, readonly string[] | 'any'])[] = [
    ['dependencies', layer.dependencies],
    ['optionalDependencies', []],
    ['peerDependencies', layer.peers],
    ['devDependencies', layer.development],
  ];
  for (const [kind, folders] of allowed) {
    for (const name of Object.keys(manifest[kind] ?? {})) {
      const folder = ownFolder(name);
      if (folder !== undefined && folders !== 'any' && !folders.includes(folder))
        yield { file, message: `${name} must not be among the ${kind} of ${layer.tag}` };
      if (folder === undefined && !layer.npm && kind !== 'devDependencies')
        yield { file, message: `${layer.tag} has no packages from npm, and ${name} is one` };
    }
  }
  for (const folder of layer.peers)
    if (manifest.peerDependencies?.[`${SCOPE}${folder}`] === undefined)
      yield { file, message: `${SCOPE}${folder} is not among the peerDependencies` };
  yield* undeclaredImports(one);
}

/** What src imports at run time is installed with the package, or bundled into it: never another package of ours. */
function* undeclaredImports(one: Package): Iterable<Problem> {
  const production = new Set(productionDependencies(one));
  const bundled = new Set(Object.keys(one.manifest.devDependencies ?? {}));
  for (const [name, text] of one.files) {
    if (!/^src\/.+\.ts$/.test(name)) continue;
    for (const { line, specifier, typeOnly } of factsOf(text).imports) {
      const imported = packageOf(specifier);
      if (imported === undefined || typeOnly || production.has(imported)) continue;
      if (imported === one.manifest.name) continue;
      const file = `packages/${one.folder}/${name}:${line}`;
      if (ownFolder(imported) !== undefined)
        yield { file, message: `imports ${imported}, which is not installed with it` };
      else if (!bundled.has(imported))
        yield { file, message: `imports ${imported}, which its package.json does not name` };
    }
  }
}

/** The packages from npm that are bundled: src imports them, and they are not installed. */
export function bundledDependencies({ manifest, files }: Package): string[] {
  const development = Object.keys(manifest.devDependencies ?? {});
  const imported = new Set(
    [...files]
      .filter(([name]) => /^src\/.+\.ts$/.test(name))
      .flatMap(([, text]) => factsOf(text).imports)
      .filter(({ typeOnly }) => !typeOnly)
      .map(({ specifier }) => packageOf(specifier)),
  );
  return development.filter((name) => ownFolder(name) === undefined && imported.has(name));
}

function ownFolder(name: string): string | undefined {
  return name.startsWith(SCOPE) ? name.slice(SCOPE.length) : undefined;
}

/** `@octokit/rest` of `@octokit/rest/types`; undefined for own files and what Node brings. */
function packageOf(specifier: string): string | undefined {
  if (/^(?:\.|node:)/.test(specifier)) return undefined;
  return /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0];
}
