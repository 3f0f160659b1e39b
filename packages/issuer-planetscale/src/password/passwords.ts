import {
  afterChange,
  Secret,
  type CallOptions,
  type Credential,
  type IssueRequest,
  type Permissions,
  type Revocation,
  type TokenDetails,
} from '@keyturn/core';
import { isObject, type JsonObject } from '@keyturn/http';

import { connectionUrl, hostOf, usernameOf } from '../branch/host.ts';
import { isGone, readOne, refusalOf } from '../branch/list.ts';
import type { Branch } from '../branch/options.ts';
import { create } from '../create.ts';
import * as messages from '../messages.ts';
import { isSecret } from '../token.ts';
import { limitsIn, limitsOf, permissionsFor, type Limits } from './permissions.ts';
import { readOnlyRegions } from './regions.ts';

const CREATE = 'connect_production_branch (or connect_branch)';
const DELETE = 'delete_production_branch_password (or delete_branch_password)';

/** One password with what it may do. */
export async function get(
  branch: Branch,
  id: string,
  call: CallOptions,
): Promise<TokenDetails | undefined> {
  const found = await readOne(branch, id, call);
  if (found === undefined) return undefined;
  const limits = limitsOf(found.item);
  if (limits === undefined) throw messages.detailsUnknown(messages.branchOne(branch, id));
  const region = await regionOf(branch, found.item, limits, call);
  return { ...found.token, permissions: permissionsFor({ ...limits, region }) };
}

/** Only a password that reads can be one for a read-only region. */
async function regionOf(
  branch: Branch,
  item: JsonObject,
  { role, replica }: Omit<Limits, 'region'>,
  call: CallOptions,
): Promise<string | undefined> {
  if (role !== 'reader' && !replica) return undefined;
  const { region } = item;
  const slug = isObject(region) ? region['slug'] : undefined;
  const regions = await readOnlyRegions(branch, call);
  return typeof slug === 'string' && regions.has(slug) ? slug : undefined;
}

/**
 * Creates a password (docs: API, create a password; 201). Its secret is shown only here.
 *
 * @param usual what it may do if the request does not say it
 */
export function issue(
  branch: Branch,
  usual: Permissions,
  request: IssueRequest,
  call: CallOptions,
): Promise<Credential> {
  const what = messages.branchNew(branch);
  const limits = async () => {
    const { role, replica, directVtgate, cidrs, region } = limitsIn(request.permissions ?? usual);
    return {
      role,
      ...(replica && { replica: true }),
      ...(directVtgate && { direct_vtgate: true }),
      ...(cidrs.length > 0 && { cidrs }),
      ...(region !== undefined && { read_only_region_id: await regionId(branch, region, call) }),
    };
  };
  const creation = {
    path: branch.list,
    what,
    limits,
    refusal: (response: Response) => refusalOf(branch, response, what, CREATE, call),
    fieldsOf: (answer: JsonObject) => fieldsOf(answer, branch),
  };
  return create(branch.api, creation, request, call);
}

async function regionId(branch: Branch, region: string, call: CallOptions): Promise<string> {
  const regions = await readOnlyRegions(branch, call);
  const id = regions.get(region);
  if (id === undefined) throw messages.regionUnknown(branch.database, region, [...regions.keys()]);
  return id;
}

/** Undefined if the response lacks one. A user name is not the id (since 2022-12). */
function fieldsOf(
  { plain_text: password, username: name, access_host_url: address }: JsonObject,
  { database }: Branch,
): Credential['fields'] | undefined {
  const [username, host] = [usernameOf(name), hostOf(address)];
  if (username === undefined || host === undefined || !isSecret(password)) return undefined;
  // docs: Connect an application; Prisma and others read `sslaccept`.
  const url = connectionUrl('mysql', { username, password, host }, `${database}?sslaccept=strict`);
  return { username, password: new Secret(password), host, url: new Secret(url) };
}

/** Deletes a password (docs: API, delete a password; 204). Any other success is verified. */
export async function revoke(branch: Branch, id: string, call: CallOptions): Promise<Revocation> {
  const { api } = branch;
  const response = await api.request('DELETE', api.one(branch.list, id), call);
  if (response.status === 204) return 'revoked';
  if ((response.ok || response.status === 404) && (await afterChange(isGone(branch, id, call))))
    return response.ok ? 'revoked' : 'gone';
  throw await refusalOf(branch, response, messages.branchRevocation(branch, id), DELETE, call);
}
