import * as v from 'valibot';

import { mapping } from './schema-parts.ts';

const secretName = (description: string) =>
  v.pipe(
    v.string('must be a name'),
    v.regex(
      /^[A-Za-z_][A-Za-z0-9_]*$/,
      'must consist of letters, digits and underscores, and must not begin with a digit',
    ),
    v.description(description),
  );

/** One name, or several if jobs read the same value under each of them. */
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

/** The names that a credential is stored under. */
export const names = v.pipe(
  mapping(
    v.objectWithRest(
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
          secretName('Layout slots: the variable that contains A or B, such as PLANETSCALE_SLOT.'),
        ),
      },
      v.optional(secretNames('The name for another field of the credential, or a list of names.')),
      'must be a mapping of fields to names',
    ),
  ),
  v.description(
    'The names that the secret is stored under: the fields of the credential, such as { id, token } or { url }, for layout pair, { joined } for joined, { file } for file; slots also has { slot }.',
  ),
);

/** How a credential is stored. */
export const layout = v.pipe(
  v.picklist(['pair', 'joined', 'file', 'slots'], 'must be pair, joined, file or slots'),
  v.description(
    'How the credential is stored: pair (a name for each field), joined (id:token), file (a dotenv text) or slots (a name for each field in slots A and B, and a variable that contains the live slot).',
  ),
);
