import type { AccessFlags } from '../../commands/token/access.ts';
import type { TokenFlags } from '../../commands/token/call.ts';
import type { TokenCreateFlags } from '../../commands/token/create.ts';
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
const common = [config, org, allowHost, json];
const access = () => import('../../commands/token/access.ts');
const database = {
  flags: '--database <name>',
  description: 'the database that the permissions are for',
};

const list = command<TokenListFlags>({
  name: 'token list',
  summary: 'every token, over every page',
  options: [
    ...common,
    {
      flags: '--sort <key>',
      description: 'the oldest, least recently used or soonest to expire first',
      choices: sortKeys,
    },
    { flags: '--permissions', description: 'what each may do, too: one request for each token' },
  ],
  examples: [
    { line: 'keyturn token list', does: 'all tokens, oldest first' },
    { line: 'keyturn token list --sort used', does: 'those that nobody uses first' },
    { line: 'keyturn token list --permissions --json', does: 'everything as one document' },
  ],
  run: (_, flags, host) =>
    import('../../commands/token/list.ts').then(({ tokenList }) => tokenList(flags, host)),
});

const show = command<TokenFlags>({
  name: 'token show',
  words: '<id>',
  summary: 'one token and what it may do',
  options: common,
  examples: [
    { line: 'keyturn token show abc123def456', does: 'its name, dates and permissions' },
    { line: 'keyturn token show abc123def456 --json', does: 'the same as one document' },
  ],
  run: ([id = ''], flags, host) =>
    import('../../commands/token/show.ts').then(({ tokenShow }) => tokenShow(id, flags, host)),
});

const create = command<TokenCreateFlags>({
  name: 'token create',
  summary: 'create a token; its secret is shown once, or goes to a sink',
  options: [
    ...common,
    { flags: '--name <name>', description: 'what the list shows', required: true },
    {
      flags: '--ttl <lifetime>',
      description: 'until it expires by itself: 30d; a number alone is seconds, as in pscale',
    },
    {
      flags: '--sink <target>',
      description:
        'write it there, and show its secret to nobody; needed in a job whose log cannot mask it',
    },
    {
      flags: '--layout <layout>',
      description: 'how it is laid out in the sink (default: pair)',
      choices: layouts,
    },
    { flags: '--force', description: 'write over what the sink holds' },
  ],
  examples: [
    { line: 'keyturn token create --name ci-github', does: 'a token that never expires' },
    { line: 'keyturn token create --name trial --ttl 1d', does: 'a token for one day' },
    {
      line: 'keyturn token create --name ana --sink env:.env.local',
      does: 'straight into a file, never onto the screen',
    },
  ],
  run: (_, flags, host) =>
    import('../../commands/token/create.ts').then(({ tokenCreate }) => tokenCreate(flags, host)),
});

const remove = command<TokenDeleteFlags>({
  name: 'token delete',
  words: '<id>',
  summary: 'end a token',
  options: [
    ...common,
    { flags: '--yes', description: 'do not ask' },
    {
      flags: '--force',
      description: 'even where a sink may hold it, or keyturn acts with it',
    },
  ],
  examples: [
    { line: 'keyturn token delete abc123def456', does: 'ask, then end it' },
    { line: 'keyturn token delete abc123def456 --yes', does: 'end it without being asked' },
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
  summary: 'what a token may do',
  options: [...common, database],
  examples: [
    { line: 'keyturn token access abc123def456', does: 'its permissions, one on a line' },
    { line: 'keyturn token access abc123def456 --database shop', does: 'those on one database' },
  ],
  run: ([id = ''], flags, host) => access().then(({ tokenAccess }) => tokenAccess(id, flags, host)),
});

const changes = (['grant', 'ungrant'] as const).map((change) =>
  command<AccessFlags>({
    name: `token ${change}`,
    alias: change === 'grant' ? 'add-access' : 'delete-access',
    words: '<id> <permissions...>',
    summary: change === 'grant' ? 'let a token do more' : 'let a token do less',
    options: [...common, database],
    examples: [
      {
        line: `keyturn token ${change} abc123def456 read_branch --database shop`,
        does: 'a permission on one database',
      },
      {
        line: `keyturn token ${change} abc123def456 read_organization shop/read_branch`,
        does: 'several at once, each with its database',
      },
    ],
    run: ([id = '', ...permissions], flags, host) =>
      access().then(({ tokenChange }) => tokenChange(change, id, permissions, flags, host)),
  }),
);

/** The issuer's tokens, as `pscale service-token` has them. */
export const tokens: readonly CommandSpec[] = [list, show, create, remove, allowed, ...changes];
