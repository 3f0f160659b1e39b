import { manifest, readme, sink, tsconfig } from './templates.ts';
import { conformanceTest } from './test-template.ts';

/** The values for a template. */
export interface Filling {
  /** The kind of the sink: `my-vault`. */
  readonly kind: string;
  readonly package: string;
  /** The module that exports `test`. */
  readonly test: string;
}

/** The files of a package with a sink of that kind, by path. Its conformance test passes unchanged. */
export function sinkPackage(kind: string): Readonly<Record<string, string>> {
  const filling = { kind, package: `keyturn-sink-${kind}`, test: 'node:test' };
  return {
    'package.json': filled(manifest, filling),
    'tsconfig.json': tsconfig,
    'README.md': filled(readme, filling),
    'src/index.ts': filled(sink, filling),
    'test/conformance.test.ts': filled(conformanceTest, filling),
  };
}

export function filled(template: string, { kind, package: name, test }: Filling): string {
  return template
    .replaceAll('__kind__', kind)
    .replaceAll('__KIND__', kind.replaceAll('-', '_').toUpperCase())
    .replaceAll('__name__', identifierOf(kind))
    .replaceAll('__package__', name)
    .replaceAll('__test__', test);
}

/** `myVault` of `my-vault`. */
export function identifierOf(kind: string): string {
  return kind.replaceAll(/-+(.?)/g, (_, next: string) => next.toUpperCase());
}
