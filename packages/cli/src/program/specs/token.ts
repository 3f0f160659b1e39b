import type { AccessFlags } from '../../commands/token/access.ts';
import type { TokenFlags } from '../../commands/token/call.ts';
import type { TokenCreateFlags } from '../../commands/token/flags.ts';
import type { TokenDeleteFlags } from '../../commands/token/delete.ts';
import type { TokenListFlags } from '../../commands/token/list.ts';
import type { SortKey } from '../../commands/token/sort.ts';
import { allowHost, config, json, org } from '../options.ts';
import { command, type CommandSpec } from '../spec.ts';

const sortKeys: readonly SortKey[] = ['age', 'name', 'id', 'used', 'expires'];
const layouts: readonly NonNullable<TokenCreateFlags['layout']>[] = [
  'pair',
  'joined',
  'file',
  'slots',
];
const common = [
  config,
  org,
  { flags: '--rotation <name>', description: 'with the issuer of this rotation' },
  allowHost,
  json,
];
const access = () => import('../../commands/token/access.ts');
const database = {
  flags: '--database <name>',
  description: 'the database of the permissions',
};

const list = command<TokenListFlags>({
  name: 'token list',
  summary: 'list all tokens',
  options: [
    ...common,
    {
      flags: '--sort <key>',
      description: 'sort by age, name, id, last use or expiry',
      choices: sortKeys,
    },
    {
      flags: '--permissions',
      description: 'also list the permissions; one request for each token',
    },
  ],
  examples: [
    { line: 'keyturn token list', does: 'list all tokens, the oldest first' },
    { line: 'keyturn token list --sort used', does: 'list the least recently used tokens first' },
    { line: 'keyturn token list --permissions --json', does: 'everything as one document' },
  ],
  run: (_, flags, host) =>
    import('../../commands/token/list.ts').then(({ tokenList }) => tokenList(flags, host)),
});

const show = command<TokenFlags>({
  name: 'token show',
  words: '<id>',
  summary: 'show a token and its permissions',
  options: common,
  examples: [
    { line: 'keyturn token show abc123def456', does: 'show its name, dates and permissions' },
    { line: 'keyturn token show abc123def456 --json', does: 'the same as one document' },
  ],
  run: ([id = ''], flags, host) =>
    import('../../commands/token/show.ts').then(({ tokenShow }) => tokenShow(id, flags, host)),
});

const create = command<TokenCreateFlags>({
  name: 'token create',
  summary: 'create a token; show its secret once, or deliver it to a sink',
  options: [
    ...common,
    { flags: '--name <name>', description: 'the name of the token', required: true },
    {
      flags: '--ttl <lifetime>',
      description: 'the lifetime of the token: 30d; a plain number is in seconds',
    },
    {
      flags: '--permission <name>',
      description: 'what it may do, if the issuer decides that at creation: role=writer',
      repeats: true,
    },
    {
      flags: '--sink <target>',
      description:
        'deliver it there instead of showing its secret; required in a job whose log cannot mask it',
    },
    {
      flags: '--layout <layout>',
      description: 'the layout in the sink (default: pair)',
      choices: layouts,
    },
    { flags: '--force', description: 'overwrite what the sink contains' },
  ],
  examples: [
    { line: 'keyturn token create --name ci-github', does: 'create a token that never expires' },
    { line: 'keyturn token create --name trial --ttl 1d', does: 'create a token for one day' },
    {
      line: 'keyturn token create --name ana --sink env:.env.local',
      does: 'write it to a file instead of the screen',
    },
  ],
  run: (_, flags, host) =>
    import('../../commands/token/create.ts').then(({ tokenCreate }) => tokenCreate(flags, host)),
});

const remove = command<TokenDeleteFlags>({
  name: 'token delete',
  words: '<id>',
  summary: 'delete a token',
  options: [
    ...common,
    { flags: '--yes', description: 'do not ask' },
    {
      flags: '--force',
      description: 'delete it even if a sink may contain it, or keyturn uses it',
    },
  ],
  examples: [
    { line: 'keyturn token delete abc123def456', does: 'ask, then delete it' },
    { line: 'keyturn token delete abc123def456 --yes', does: 'delete it without a question' },
  ],
  run: ([id = ''], flags, host) =>
    import('../../commands/token/delete.ts').then(({ tokenDelete }) =>
      tokenDelete(id, flags, host),
    ),
});

const allowed = command<AccessFlags>({
  name: 'token access',
  alias: 'show-access',
  words: '<id>',
  summary: 'list the permissions of a token',
  options: [...common, database],
  examples: [
    { line: 'keyturn token access abc123def456', does: 'list all its permissions' },
    {
      line: 'keyturn token access abc123def456 --database shop',
      does: 'list its permissions on one database',
    },
  ],
  run: ([id = ''], flags, host) => access().then(({ tokenAccess }) => tokenAccess(id, flags, host)),
});

const changes = (['grant', 'ungrant'] as const).map((change) =>
  command<AccessFlags>({
    name: `token ${change}`,
    alias: change === 'grant' ? 'add-access' : 'delete-access',
    words: '<id> <permissions...>',
    summary: change === 'grant' ? 'grant permissions to a token' : 'remove permissions of a token',
    options: [...common, database],
    examples: [
      {
        line: `keyturn token ${change} abc123def456 read_branch --database shop`,
        does: 'one permission on one database',
      },
      {
        line: `keyturn token ${change} abc123def456 read_organization shop/read_branch`,
        does: 'several permissions, each with its database',
      },
    ],
    run: ([id = '', ...permissions], flags, host) =>
      access().then(({ tokenChange }) => tokenChange(change, id, permissions, flags, host)),
  }),
);

/** The commands for the issuer's tokens. */
export const tokens: readonly CommandSpec[] = [list, show, create, remove, allowed, ...changes];
