import { factsOf, type SourceFacts } from '../source.ts';
import type { Package, Problem } from '../workspace.ts';

interface Place {
  /** Matched against the path from packages/. */
  readonly files: RegExp;
  readonly reason: string;
}

interface Restricted {
  readonly what: string;
  readonly lines: keyof Pick<SourceFacts, 'reveals' | 'processes' | 'consoles'>;
  readonly places: readonly Place[];
}

/** What may be done in few places only, and why there. */
const RESTRICTED: readonly Restricted[] = [
  {
    what: 'reveals a secret',
    lines: 'reveals',
    places: [
      { files: /^core\/src\//, reason: 'defines it, checks limits and writes layouts' },
      { files: /^(?:issuer|sink|store)-[^/]+\/src\//, reason: 'plaintext leaves for its provider' },
      {
        files: /^http\/src\/response-error\.ts$/,
        reason: 'blanks secrets out of what a provider says',
      },
      {
        files: /^cli\/src\/commands\/token\/create\.ts$/,
        reason: 'shows a token to the person who asked for one',
      },
    ],
  },
  {
    what: 'uses process',
    lines: 'processes',
    places: [
      {
        files: /^cli\/(?:src\/main\.ts|bin\/.+)$/,
        reason: 'the one reader; everything else is passed in',
      },
      {
        files: /^core\/src\/ledger\/machine\.ts$/,
        reason: 'tells whether the process that holds a lock still runs',
      },
      {
        files: /^core\/src\/define\/child\.ts$/,
        reason: 'ends the process group of a program',
      },
      {
        files: /^sink-env\/src\/process\.ts$/,
        reason:
          'tells whether the process that left a temporary file still runs, and whose files it may write',
      },
    ],
  },
  { what: 'uses the console', lines: 'consoles', places: [] },
];

export function* placeRule({ folder, files }: Package): Iterable<Problem> {
  for (const [name, text] of files) {
    if (!/^(?:src|bin)\/.+\.[jt]s$/.test(name)) continue;
    const facts = factsOf(text);
    for (const { what, lines, places } of RESTRICTED) {
      if (places.some((place) => place.files.test(`${folder}/${name}`))) continue;
      for (const line of facts[lines])
        yield {
          file: `packages/${folder}/${name}:${line}`,
          message: `${what}, which is not among its places (tools/shape/rules/places.ts)`,
        };
    }
  }
}
