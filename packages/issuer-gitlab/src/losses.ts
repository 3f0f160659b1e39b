import { KeyturnError, type CallOptions } from '@keyturn/core';
import { isObject } from '@keyturn/http';

import type { Api } from './api.ts';
import { diagnose } from './diagnose.ts';
import * as messages from './messages.ts';
import type { Owner } from './owner.ts';
import { pathOf } from './place.ts';
import type { User } from './self.ts';
import { read } from './tokens.ts';

/** Rules of a project that can name a user, and the lists in which they do. Other lists have the IDs of rules. */
const RULES = [
  ['protected branch', 'protected_branches', 'name'],
  ['protected tag', 'protected_tags', 'name'],
  ['protected environment', 'protected_environments', 'name'],
  ['approval rule', 'approval_rules', 'name'],
] as const;

const MOST_SHOWN = 5;

/**
 * What a new token of a project or group lacks: it comes with a bot user of its own, so what names the old bot does not apply to it. Only
 * what GitLab shows is found: where something cannot be read, the warning says so.
 */
export async function lossesOf(
  owner: Owner,
  like: string,
  user: User | undefined,
  call: CallOptions,
): Promise<readonly string[]> {
  const { api } = owner;
  if (api.place.kind === 'user') return [];
  const old = await read(owner, like, call);
  const bot = old?.token.userId;
  if (bot === undefined) return [];
  const [rules, memberships] = await Promise.all([
    rulesNaming(api, bot, call),
    membershipsOf(api, bot, user, call),
  ]);
  const named = [...rules, ...memberships.named];
  return [
    ...named.slice(0, MOST_SHOWN).map((what) => messages.botNamed(like, what)),
    ...(named.length > MOST_SHOWN ? [messages.botNamedMore(named.length - MOST_SHOWN)] : []),
    messages.botIsNew(memberships.isComplete),
  ];
}

/** The rules of the project that name the bot: `protected branch main`. A list that this GitLab or this role does not have names nobody. */
async function rulesNaming(api: Api, bot: number, call: CallOptions): Promise<readonly string[]> {
  const { place } = api;
  if (place.kind !== 'project') return [];
  const lists = RULES.map(async ([kind, folder, key]) => {
    const items = await allOf(api, `${pathOf(place)}/${folder}`, call);
    return items
      .filter((item) => isObject(item) && names(item, bot, 4))
      .map((item) => `the ${kind} ${String((item as Record<string, unknown>)[key]).slice(0, 80)}`);
  });
  return (await Promise.all(lists)).flat();
}

/** What else the bot is a member of. Only administrators are shown that; docs: «Users API», memberships. */
async function membershipsOf(
  api: Api,
  bot: number,
  user: User | undefined,
  call: CallOptions,
): Promise<{ readonly named: readonly string[]; readonly isComplete: boolean }> {
  if (user?.isAdmin !== true) return { named: [], isComplete: false };
  const items = await allOf(api, `/users/${bot}/memberships`, call);
  const others = items.filter((item) => isObject(item)).slice(0, 1000);
  // One of them is the token's own place.
  const named = others.length < 2 ? [] : others.map((item) => messages.membership(item));
  return { named: named.filter((name) => name !== undefined), isComplete: true };
}

async function allOf(api: Api, path: string, call: CallOptions): Promise<readonly unknown[]> {
  const what = messages.rulesOf(api.id);
  const found: unknown[] = [];
  try {
    const pages = api.pages(path, {}, what, call, (response) =>
      diagnose(api, response, { ...call, what }),
    );
    for await (const { items } of pages) found.push(...items);
  } catch (error) {
    if (call.signal.aborted || !KeyturnError.is(error)) throw error;
  }
  return found;
}

/** Whether a rule has the user in one of its lists: as `user_id`, or among `users` by `id`. */
function names(rule: Readonly<Record<string, unknown>>, bot: number, depth: number): boolean {
  return Object.entries(rule).some(([key, value]) => {
    if (key === 'user_id' && value === bot) return true;
    if (!Array.isArray(value) || depth === 0) return false;
    return value.slice(0, 1000).some((item: unknown) => {
      if (!isObject(item)) return false;
      const isUser = key === 'users' || key === 'eligible_approvers';
      return (isUser && item['id'] === bot) || names(item, bot, depth - 1);
    });
  });
}
