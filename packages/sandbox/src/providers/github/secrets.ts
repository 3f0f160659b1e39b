import { empty, json, refuse } from '../../http/answer.ts';
import { param, type Call, type JsonObject } from '../../http/call.ts';
import type { Handler, Route } from '../../http/route.ts';
import {
  bodyOf,
  failure,
  invalidRequest,
  list,
  notFound,
  requireFields,
  plainTime,
  textField,
  validationFailed,
} from './answers.ts';
import { guarded } from './auth.ts';
import { checkName } from './names.ts';
import { enterShelf, needOf, type Place } from './places.ts';
import { makeKeyPair, openBox } from './sealed-box.ts';
import { sharingObject, sharingOf, sharingRoutes } from './sharing.ts';
import { readItem, readItems, store } from './state.ts';
import type { GitHubState, Item, Shelf } from './state.ts';

const PATTERN = '^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$';
const BASE64 = new RegExp(PATTERN);
// docs: actions/reference/secrets-reference, "Limits for secrets".
const MAXIMUM_BYTES = 48 * 1024;

/** The routes of secrets in one place. Values go in and never come out. */
export function secretRoutes(place: Place): Route<GitHubState>[] {
  const one = `${place.path}/:name`;
  const read = needOf(place, 'read');
  const write = needOf(place, 'write');
  return [
    { method: 'GET', path: place.path, handler: guarded(read, listSecrets(place)) },
    { method: 'GET', path: `${place.path}/public-key`, handler: guarded(read, getKey(place)) },
    { method: 'GET', path: one, handler: guarded(read, getSecret(place)) },
    { method: 'PUT', path: one, handler: guarded(write, putSecret(place)) },
    { method: 'DELETE', path: one, handler: guarded(write, deleteSecret(place)) },
    ...sharingRoutes(place),
  ];
}

const listSecrets =
  (place: Place): Handler<GitHubState> =>
  (call, state) => {
    const items = readItems(enterShelf(place, call, state, 'read'), state);
    return list(call, items, (page, count) => ({
      total_count: count,
      secrets: page.map((item) => secretObject(place, item, call, state.runtime)),
    }));
  };

/** Every place has a key of its own; the ids of the keys may be the same (cli/cli#3831). */
const getKey =
  (place: Place): Handler<GitHubState> =>
  async (call, state) => {
    const shelf = enterShelf(place, call, state, 'read');
    shelf.keyPair ??= makeKeyPair();
    const { publicKey } = await shelf.keyPair;
    return json(200, { key_id: shelf.keyId, key: Buffer.from(publicKey).toString('base64') });
  };

const getSecret =
  (place: Place): Handler<GitHubState> =>
  (call, state) => {
    const item = readItem(enterShelf(place, call, state, 'read'), nameIn(call), state);
    return item === undefined
      ? notFound()
      : json(200, secretObject(place, item, call, state.runtime));
  };

/** 201 with `{}` for a new secret, 204 for one that was there. */
const putSecret =
  (place: Place): Handler<GitHubState> =>
  async (call, state) => {
    const shelf = enterShelf(place, call, state, 'write');
    const name = checkName('Secret', param(call, 'name'));
    const body = bodyOf(call);
    const sharing = sharingOf(place, body, state);
    const old = shelf.items.get(name);
    // An organization's secret can be shared otherwise without a new value.
    const keeps =
      place.owner === 'organization' && old !== undefined && !('encrypted_value' in body);
    const value = keeps ? old.value : await valueOf(body, shelf, state);
    const existed = shelf.items.has(name);
    if (!existed && shelf.items.size >= place.limit)
      return validationFailed('Secret', 'base', `The limit of ${place.limit} secrets is reached`);
    store(shelf, { name, value, ...sharing }, state.runtime);
    return existed ? empty() : json(201, {});
  };

const deleteSecret =
  (place: Place): Handler<GitHubState> =>
  (call, state) =>
    enterShelf(place, call, state, 'write').items.delete(nameIn(call)) ? empty() : notFound();

/** Opens what was sealed. What is not base64 is repeated in the answer, as GitHub does (TF provider #869). */
async function valueOf(body: JsonObject, shelf: Shelf, state: GitHubState): Promise<string> {
  requireFields(body, ['encrypted_value', 'key_id']);
  const sealed = textField(body, 'encrypted_value') ?? '';
  const keyId = textField(body, 'key_id');
  if (!BASE64.test(sealed)) return refuse(invalidRequest(`${sealed} does not match /${PATTERN}/.`));
  const opened =
    keyId === shelf.keyId && shelf.keyPair !== undefined
      ? await openBox(sealed, await shelf.keyPair)
      : undefined;
  if (opened === undefined) {
    if (state.behaviour.wrongKey === 'emptied') return '';
    return refuse(
      failure(422, 'Bad request - validation failed due to an improperly encrypted secret'),
    );
  }
  if (Buffer.byteLength(opened) > MAXIMUM_BYTES)
    return refuse(validationFailed('Secret', 'value', 'The value is longer than 48 KB'));
  return opened;
}

const nameIn = (call: Call): string => param(call, 'name').toUpperCase();

/** A secret as the API shows it: everything but its value. */
export const secretObject = (
  place: Place,
  item: Item,
  call: Call,
  { clocks }: GitHubState['runtime'],
): object => ({
  name: item.name,
  ...clocks.stamps({ created_at: item.createdAt, updated_at: item.updatedAt }, plainTime),
  ...sharingObject(place, item, call),
});
