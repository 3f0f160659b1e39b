import type { TokenFlags } from '../../commands/token.ts';
import { config, json, org } from '../options.ts';
import { command, type CommandSpec } from '../spec.ts';

const load = () => import('../../commands/token.ts');
const common = [config, org, json];
const database = {
  flags: '--database <name>',
  description: 'the database that the permissions are for',
};

/** The issuer's tokens, as `pscale service-token` has them. */
export const tokens: readonly CommandSpec[] = [
  command<TokenFlags>({
    name: 'token list',
    summary: 'every token, over every page',
    options: common,
    examples: [
      { line: 'keyturn token list', does: 'all tokens, oldest first' },
      { line: 'keyturn token list --json', does: 'the same as one document' },
    ],
    run: (_, flags, host) => load().then(({ tokenList }) => tokenList(flags, host)),
  }),
  command<TokenFlags>({
    name: 'token show',
    words: '<id>',
    summary: 'one token and what it may do',
    options: common,
    examples: [
      { line: 'keyturn token show abc123def456', does: 'its name, dates and permissions' },
      { line: 'keyturn token show abc123def456 --json', does: 'the same as one document' },
    ],
    run: ([id = ''], flags, host) => load().then(({ tokenShow }) => tokenShow(id, flags, host)),
  }),
  command<TokenFlags & { readonly name: string; readonly ttl?: string }>({
    name: 'token create',
    summary: 'create a token; its secret is shown once',
    options: [
      ...common,
      { flags: '--name <name>', description: 'what the list shows', required: true },
      { flags: '--ttl <duration>', description: 'until it expires by itself: 30d' },
    ],
    examples: [
      { line: 'keyturn token create --name ci-github', does: 'a token that never expires' },
      { line: 'keyturn token create --name trial --ttl 1d', does: 'a token for one day' },
    ],
    run: (_, flags, host) => load().then(({ tokenCreate }) => tokenCreate(flags, host)),
  }),
  command<TokenFlags & { readonly yes?: boolean; readonly force?: boolean }>({
    name: 'token delete',
    words: '<id>',
    summary: 'end a token',
    options: [
      ...common,
      { flags: '--yes', description: 'do not ask' },
      { flags: '--force', description: 'even where a ledger says that a sink may hold it' },
    ],
    examples: [
      { line: 'keyturn token delete abc123def456', does: 'ask, then end it' },
      { line: 'keyturn token delete abc123def456 --yes', does: 'end it without being asked' },
    ],
    run: ([id = ''], flags, host) => load().then(({ tokenDelete }) => tokenDelete(id, flags, host)),
  }),
  command<TokenFlags>({
    name: 'token access',
    words: '<id>',
    summary: 'what a token may do',
    options: common,
    examples: [
      { line: 'keyturn token access abc123def456', does: 'its permissions, one on a line' },
      { line: 'keyturn token access abc123def456 --json', does: 'the same as one document' },
    ],
    run: ([id = ''], flags, host) => load().then(({ tokenAccess }) => tokenAccess(id, flags, host)),
  }),
  ...(['grant', 'ungrant'] as const).map((change) =>
    command<TokenFlags & { readonly database?: string }>({
      name: `token ${change}`,
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
        load().then(({ tokenChange }) => tokenChange(change, id, permissions, flags, host)),
    }),
  ),
];
