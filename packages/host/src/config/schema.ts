import * as v from 'valibot';

import { KIND } from '../adapters/target-module.ts';
import { layout, names } from './schema-names.ts';
import { notify } from './schema-notify.ts';
import { canary, grace } from './schema-waits.ts';
import { duration, mapping } from './schema-parts.ts';

/**
 * The content of a configuration: the only source of the checks, of their messages and hints (the descriptions), and of the published
 * `schema.json`, which `tools/schema.ts` writes.
 */

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
    'The permissions of a new token: copy (those of its predecessor) or a list, such as [read_organization, shop/read_branch].',
  ),
);

const token = v.pipe(
  mapping(
    v.strictObject(
      {
        ttl: v.optional(
          duration(
            'How long a token lives if nothing replaces it, such as 120d; longer than grace.',
          ),
        ),
        permissions: v.optional(permissions, 'copy'),
      },
      'must be a mapping with ttl or permissions',
    ),
  ),
  v.description('Properties of new tokens, such as { ttl: 120d, permissions: copy }.'),
);

const sinkTarget = v.string('must be a target');

const sinks = v.pipe(
  v.array(
    v.union(
      [
        sinkTarget,
        mapping(
          v.strictObject(
            {
              to: v.pipe(
                sinkTarget,
                v.description('The target, or a pattern, such as gitlab:acme/infra.'),
              ),
              names: v.optional(names),
              layout: v.optional(layout),
            },
            'must be a target, or a mapping with to',
          ),
        ),
      ],
      'must be a target',
    ),
    'must be a list of targets',
  ),
  v.minLength(1, 'is empty'),
  v.description(
    'The targets that the token is delivered to, such as [github:acme/web, env:.env.local]; one with names of its own is { to: gitlab:acme/infra, names: { url: SHOP_URL } }.',
  ),
);

const issuer = v.pipe(
  mapping(
    v.looseObject(
      {
        kind: v.pipe(
          v.string('must be the kind of an issuer'),
          v.nonEmpty('is empty'),
          v.regex(KIND, 'is not a kind: use lowercase letters, digits and dashes'),
          v.description('The kind of the issuer, such as planetscale.'),
        ),
      },
      'must be a mapping with the kind of the issuer and its options',
    ),
  ),
  v.description('Who issues the tokens, such as { kind: planetscale, org: acme }.'),
);

export const rotationSchema = v.pipe(
  mapping(
    v.strictObject(
      {
        maxAge: v.optional(
          duration('The maximum age of a token before it is replaced, such as 90d.'),
          '90d',
        ),
        grace: v.optional(grace, '1h'),
        settle: v.optional(
          duration(
            'The settle time: how long a request with a lost answer might still take effect, such as 2m.',
          ),
          '2m',
        ),
        token: v.optional(token),
        canary: v.optional(canary),
        drift: v.optional(
          v.pipe(
            v.picklist(['report', 'heal', 'off'], 'must be report, heal or off'),
            v.description(
              'What to do if the token was overwritten, removed or deleted outside keyturn: report (exit 6), heal (a new token) or off (no check).',
            ),
          ),
          'report',
        ),
        issuer: v.optional(issuer),
        pause: v.optional(
          duration(
            'How long a replaced token is only disabled, before it is revoked, if its issuer can disable tokens; such as 1d.',
          ),
          '1d',
        ),
        layout: v.optional(layout, 'pair'),
        names: v.optional(names),
        sinks,
      },
      'must be a rotation with at least sinks',
    ),
  ),
  v.description('A rotation: one token and its sinks, such as { sinks: [github:acme/web] }.'),
);

export const configSchema = v.pipe(
  mapping(
    v.strictObject(
      {
        $schema: v.optional(
          v.pipe(
            v.string('must be an address'),
            v.description('The address of this schema, for editors.'),
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
                  'is not a name: use 1 to 64 letters, digits, dots, dashes and underscores, beginning with a letter or digit',
                ),
              ),
              rotationSchema,
              'must be a mapping of names to rotations',
            ),
          ),
          v.minEntries(1, 'is empty'),
          v.description('The rotations by name, such as { ci: { sinks: [github:acme/web] } }.'),
        ),
        state: v.optional(
          v.pipe(
            v.string('must be a folder or an address'),
            v.nonEmpty('is empty'),
            v.description(
              'Where the ledgers are if KEYTURN_STATE is not set: a folder, relative to this file, or an address without a password, such as git:origin#keyturn-ledger.',
            ),
          ),
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

/** A checked configuration, as written, with defaults. */
export type CheckedConfig = v.InferOutput<typeof configSchema>;
