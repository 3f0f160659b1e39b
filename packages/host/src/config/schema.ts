import * as v from 'valibot';

import { KIND } from '../adapters/target-module.ts';
import { notify } from './schema-notify.ts';
import { canary, grace } from './schema-waits.ts';
import { duration, mapping } from './schema-parts.ts';

/**
 * What a configuration may hold. The one source of the checks, of the hints (the descriptions) and of the
 * published `schema.json`, which `tools/schema.ts` writes.
 */

const secretName = (description: string) =>
  v.pipe(
    v.string('must be a name'),
    v.regex(
      /^[A-Za-z_][A-Za-z0-9_]*$/,
      'must be letters, digits and underscores, and start with no digit',
    ),
    v.description(description),
  );

/** One name, or several if jobs read the same thing under each of them. */
const secretNames = (description: string) =>
  v.pipe(
    v.union(
      [
        secretName(description),
        v.pipe(
          v.array(secretName(description)),
          v.minLength(1, 'is empty'),
          v.checkItems((name, index, all) => all.indexOf(name) === index, 'is in the list twice'),
        ),
      ],
      'must be a name or a list of names',
    ),
    v.description(description),
  );

const permissions = v.pipe(
  v.union(
    [
      v.literal('copy'),
      v.pipe(
        v.array(
          v.pipe(
            v.string('must be the name of a permission'),
            v.regex(/^\S+$/, 'is not a permission'),
          ),
        ),
        v.minLength(1, 'is empty'),
      ),
    ],
    'must be copy or a list of permissions',
  ),
  v.description(
    'What a new token may do: copy (what the one before it may do) or a list, such as [read_organization, shop/read_branch].',
  ),
);

const token = v.pipe(
  mapping(
    v.strictObject(
      {
        ttl: v.optional(
          duration(
            'How long a token lives when nothing replaces it, such as 120d; longer than grace.',
          ),
        ),
        permissions: v.optional(permissions, 'copy'),
      },
      'must hold ttl or permissions',
    ),
  ),
  v.description('What a new token is asked for: { ttl: 120d, permissions: copy }.'),
);

const names = v.pipe(
  mapping(
    v.strictObject(
      {
        id: v.optional(
          secretNames(
            'Layouts pair and slots: the name for the id, such as PLANETSCALE_SERVICE_TOKEN_ID, or a list of names.',
          ),
        ),
        token: v.optional(
          secretNames(
            'Layouts pair and slots: the name for the token, such as PLANETSCALE_SERVICE_TOKEN, or a list of names.',
          ),
        ),
        joined: v.optional(
          secretName('Layout joined: the name for id:token, such as PLANETSCALE_CREDENTIAL.'),
        ),
        file: v.optional(
          secretName('Layout file: the name for the dotenv text, such as PLANETSCALE_ENV.'),
        ),
        slot: v.optional(
          secretName('Layout slots: the variable that holds A or B, such as PLANETSCALE_SLOT.'),
        ),
      },
      'must map fields to names',
    ),
  ),
  v.description(
    'The names that the secret is stored under: { id, token } for layout pair, { joined } or { file } for those, { id, token, slot } for slots.',
  ),
);

const sinks = v.pipe(
  v.array(v.string('must be a target'), 'must be a list of targets'),
  v.minLength(1, 'is empty'),
  v.description(
    'Where the token is delivered to: a list of targets, such as [github:acme/web, env:.env.local].',
  ),
);

const rotation = v.pipe(
  mapping(
    v.strictObject(
      {
        maxAge: v.optional(
          duration('How old a token may get before it is replaced, such as 90d.'),
          '90d',
        ),
        grace: v.optional(grace, '1h'),
        settle: v.optional(
          duration('How long a request whose answer was lost may still take effect, such as 2m.'),
          '2m',
        ),
        token: v.optional(token),
        canary: v.optional(canary),
        drift: v.optional(
          v.pipe(
            v.picklist(['report', 'heal', 'off'], 'must be report, heal or off'),
            v.description(
              'What becomes of a token that somebody else overwrote, removed or deleted: report (exit 6), heal (a new one), or off (no look).',
            ),
          ),
          'report',
        ),
        layout: v.optional(
          v.pipe(
            v.picklist(['pair', 'joined', 'file', 'slots'], 'must be pair, joined, file or slots'),
            v.description(
              'How the credential is stored: pair (two names), joined (id:token), file (a dotenv text) or slots (two names in slots A and B, and a variable that says which is live).',
            ),
          ),
          'pair',
        ),
        names: v.optional(names),
        sinks,
      },
      'must be a rotation, with sinks at least',
    ),
  ),
  v.description('A rotation: one token and its sinks, such as { sinks: [github:acme/web] }.'),
);

const issuer = v.pipe(
  mapping(
    v.looseObject(
      {
        kind: v.pipe(
          v.string('must be the name of an issuer'),
          v.nonEmpty('is empty'),
          v.regex(KIND, 'is not a kind: it takes small letters, digits and dashes'),
          v.description('The name of the issuer, such as planetscale.'),
        ),
      },
      'must hold the kind of the issuer and its options',
    ),
  ),
  v.description('Who issues the tokens, such as { kind: planetscale, org: acme }.'),
);

export const configSchema = v.pipe(
  mapping(
    v.strictObject(
      {
        $schema: v.optional(
          v.pipe(
            v.string('must be an address'),
            v.description('Where this schema is, for editors.'),
          ),
        ),
        issuer,
        rotations: v.pipe(
          mapping(
            v.record(
              v.pipe(
                v.string(),
                v.regex(
                  /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
                  'is not a name: it takes 1 to 64 letters, digits, dots, dashes and underscores, the first a letter or digit',
                ),
              ),
              rotation,
              'must map names to rotations',
            ),
          ),
          v.minEntries(1, 'is empty'),
          v.description('The rotations by name, such as { ci: { sinks: [github:acme/web] } }.'),
        ),
        notify: v.optional(notify),
      },
      'must be a mapping with issuer and rotations',
    ),
  ),
  v.description(
    'The configuration of keyturn: who issues the tokens (issuer), and which tokens go where (rotations).',
  ),
);

/** A checked configuration, with defaults, as it was written otherwise. */
export type CheckedConfig = v.InferOutput<typeof configSchema>;
