import { empty, json, refuse } from '../../http/answer.ts';
import { param, type Call } from '../../http/call.ts';
import type { Handler, Route } from '../../http/route.ts';
import {
  bodyOf,
  failure,
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
import { sharingObject, sharingOf, sharingRoutes } from './sharing.ts';
import { readItem, readItems, store } from './state.ts';
import type { GitHubState, Item, Shelf } from './state.ts';

// docs: rest/actions/variables: fewer on a page than of anything else.
const SIZES = { default: 10, maximum: 30 };
const MAXIMUM_BYTES = 48 * 1024;

/** The routes of variables in one place. Their values can be read, and there is no upsert. */
export function variableRoutes(place: Place): Route<GitHubState>[] {
  const one = `${place.path}/:name`;
  const read = needOf(place, 'read');
  const write = needOf(place, 'write');
  return [
    { method: 'GET', path: place.path, handler: guarded(read, listVariables(place)) },
    { method: 'POST', path: place.path, handler: guarded(write, createVariable(place)) },
    { method: 'GET', path: one, handler: guarded(read, getVariable(place)) },
    { method: 'PATCH', path: one, handler: guarded(write, updateVariable(place)) },
    { method: 'DELETE', path: one, handler: guarded(write, deleteVariable(place)) },
    ...sharingRoutes(place),
  ];
}

const listVariables =
  (place: Place): Handler<GitHubState> =>
  (call, state) =>
    variableList(place, call, readItems(enterShelf(place, call, state, 'read'), state), state);

/** A page of variables. */
export const variableList = (
  place: Place,
  call: Call,
  items: readonly Item[],
  state: GitHubState,
) =>
  list(
    call,
    items,
    (page, count) => ({
      total_count: count,
      variables: page.map((item) => variableObject(place, item, call, state.runtime)),
    }),
    SIZES,
  );

const createVariable =
  (place: Place): Handler<GitHubState> =>
  (call, state) => {
    const shelf = enterShelf(place, call, state, 'write');
    const body = bodyOf(call);
    requireFields(body, ['name', 'value']);
    const name = checkName('Variable', textField(body, 'name') ?? '');
    const value = checkValue(textField(body, 'value') ?? '');
    const sharing = sharingOf(place, body, state);
    if (shelf.items.has(name)) return alreadyExists();
    if (shelf.items.size >= place.limit)
      return validationFailed(
        'Variable',
        'base',
        `The limit of ${place.limit} variables is reached`,
      );
    store(shelf, { name, value, ...sharing }, state.runtime);
    return json(201, {});
  };

const getVariable =
  (place: Place): Handler<GitHubState> =>
  (call, state) => {
    const shelf = enterShelf(place, call, state, 'read');
    const item = readItem(shelf, param(call, 'name').toUpperCase(), state);
    return item === undefined
      ? notFound()
      : json(200, variableObject(place, item, call, state.runtime));
  };

/** Changes what is given; a new name renames. */
const updateVariable =
  (place: Place): Handler<GitHubState> =>
  (call, state) => {
    const shelf = enterShelf(place, call, state, 'write');
    const old = find(shelf, call);
    const body = bodyOf(call);
    const name = checkName('Variable', textField(body, 'name') ?? old.name);
    if (name !== old.name && shelf.items.has(name)) return alreadyExists();
    const value = checkValue(textField(body, 'value') ?? old.value);
    const { visibility = old.visibility } = body;
    const sharing =
      'visibility' in body || 'selected_repository_ids' in body
        ? sharingOf(place, { ...body, visibility }, state)
        : {};
    const { updatedAt: _, ...kept } = old;
    shelf.items.delete(old.name);
    store(shelf, { ...kept, ...sharing, name, value }, state.runtime);
    return empty();
  };

const deleteVariable =
  (place: Place): Handler<GitHubState> =>
  (call, state) => {
    const shelf = enterShelf(place, call, state, 'write');
    shelf.items.delete(find(shelf, call).name);
    return empty();
  };

const find = (shelf: Shelf, call: Call): Item =>
  shelf.items.get(param(call, 'name').toUpperCase()) ?? refuse(notFound());

const alreadyExists = () => failure(409, 'Already exists - Variable already exists');

function checkValue(value: string): string {
  return Buffer.byteLength(value) > MAXIMUM_BYTES
    ? refuse(validationFailed('Variable', 'value', 'The value is longer than 48 KB'))
    : value;
}

const variableObject = (
  place: Place,
  item: Item,
  call: Call,
  { clocks }: GitHubState['runtime'],
): object => ({
  name: item.name,
  value: item.value,
  ...clocks.stamps({ created_at: item.createdAt, updated_at: item.updatedAt }, plainTime),
  ...sharingObject(place, item, call),
});
