import { conformanceTest, manifest, readme, sink, tsconfig } from './templates.ts';

/** The files of a package with a sink of that kind, by their paths. Its conformance test passes as it is. */
export function sinkPackage(kind: string): Readonly<Record<string, string>> {
  const fill = (template: string): string =>
    template
      .replaceAll('__kind__', kind)
      .replaceAll('__KIND__', kind.replaceAll('-', '_').toUpperCase())
      .replaceAll(
        '__name__',
        kind.replaceAll(/-+(.?)/g, (_, next: string) => next.toUpperCase()),
      );
  return {
    'package.json': fill(manifest),
    'tsconfig.json': tsconfig,
    'README.md': fill(readme),
    'src/index.ts': fill(sink),
    'test/conformance.test.ts': fill(conformanceTest),
  };
}
