import type { IssuerAccount, IssuerAdapter, IssuerSetting } from '@keyturn/core';
import type { Config, IssuerConfig } from '@keyturn/host/config';
import { parseDocument } from 'yaml';

import type { Host } from '../host.ts';
import {
  accountInvalid,
  accountMissing,
  optionMalformed,
  optionsThere,
  settingInvalid,
  settingMissing,
} from '../messages.ts';
import type { Prompts } from '../prompt/prompts.ts';

export interface IssuerFlags {
  readonly org?: string;
  /** `database=shop` */
  readonly set?: readonly string[];
}

type Options = IssuerConfig['options'];

/**
 * The options of the issuer: of the configuration if that has this issuer; otherwise from the command line, the environment or
 * questions.
 *
 * @throws {KeyturnError} `USAGE_INVALID` for what is unknown if nobody can be asked
 */
export async function askOptions(
  flags: IssuerFlags,
  { kind, account, settings = [] }: IssuerAdapter,
  config: Config | undefined,
  host: Host,
  prompts: Prompts | undefined,
): Promise<Options> {
  const given = givenOptions(flags.set ?? []);
  if (config?.issuer.kind === kind) {
    if (Object.keys(given).length > 0) throw optionsThere(kind);
    const { org } = flags;
    const over = org === undefined || account === undefined ? {} : { [account.option]: org };
    return { ...config.issuer.options, ...over };
  }
  const isNamed = Object.keys(given).some(
    (option) => option === account?.option || account?.instead?.includes(option) === true,
  );
  const named =
    account === undefined || isNamed
      ? {}
      : {
          [account.option]: await askAccount(flags, account, config?.issuer.options, host, prompts),
        };
  const asked: Record<string, string> = {};
  for (const setting of settings)
    if (!Object.hasOwn(given, setting.option))
      asked[setting.option] = await askSetting(setting, prompts);
  return { ...named, ...asked, ...given };
}

/** The options of the command line; a value is YAML, so that it can be a list. */
function givenOptions(set: readonly string[]): Options {
  const entries = set.map((text) => {
    const { option, value } = /^(?<option>[A-Za-z]\w*)=(?<value>.+)$/s.exec(text)?.groups ?? {};
    if (option === undefined || value === undefined) throw optionMalformed(text);
    const document = parseDocument(value, { logLevel: 'silent' });
    if (document.errors.length > 0) throw optionMalformed(text);
    return [option, document.toJS({ maxAliasCount: 0 }) as unknown] as const;
  });
  return Object.fromEntries(entries);
}

/** The account: from the command line, the environment, the configuration or a question. */
async function askAccount(
  { org }: IssuerFlags,
  { option, title, variable, valid }: IssuerAccount,
  known: Options | undefined,
  { env }: Host,
  prompts: Prompts | undefined,
): Promise<string> {
  const there = known?.[option];
  const given = org ?? (env[variable] || (typeof there === 'string' ? there : undefined));
  if (given !== undefined) return given;
  if (prompts !== undefined)
    return prompts.text(inCapitals(title), undefined, (text) =>
      valid.test(text) ? undefined : accountInvalid(),
    );
  throw accountMissing(title, variable);
}

async function askSetting(
  { option, title, valid, usual }: IssuerSetting,
  prompts: Prompts | undefined,
): Promise<string> {
  if (prompts !== undefined)
    return prompts.text(inCapitals(title), usual, (text) =>
      valid.test(text) ? undefined : settingInvalid(),
    );
  if (usual !== undefined) return usual;
  throw settingMissing(title, option);
}

function inCapitals(title: string): string {
  return `${title.charAt(0).toUpperCase()}${title.slice(1)}`;
}
