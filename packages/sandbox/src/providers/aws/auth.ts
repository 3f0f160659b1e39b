import type { Call } from '../../http/call.ts';
import {
  headerOf,
  parseAuthorization,
  parseDate,
  sha256,
  signatureOf,
  type Authorization,
} from '../s3/signature.ts';
import { no, type Service } from './answers.ts';
import { arnOf, type AccessKey, type AwsState, type User } from './state.ts';

const MOST_SKEW = 5 * 60_000;

/**
 * The user of a request whose signature, date and body are right. A key that works is marked as used.
 * docs: IAM API Reference, "Common Errors".
 */
export function identify(call: Call, service: Service, state: AwsState): User {
  const header = headerOf(call, 'authorization');
  if (header === '')
    return no(
      service,
      403,
      'MissingAuthenticationToken',
      'Request is missing Authentication Token',
    );
  const given = parseAuthorization(header);
  if (given === undefined)
    return no(service, 400, 'IncompleteSignature', 'Authorization header is malformed.');
  checkScope(call, given, service, state);
  const found = find(given.accessKeyId, state);
  if (found === undefined || headerOf(call, 'x-amz-security-token') !== '')
    return no(
      service,
      403,
      'InvalidClientTokenId',
      'The security token included in the request is invalid.',
    );
  const { user, key } = found;
  if (signatureOf(call, given, key.secretAccessKey, sha256(call.body)) !== given.signature)
    return no(
      service,
      403,
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
    );
  key.lastUsedAt = state.runtime.clocks.now();
  key.lastUsedService = service;
  key.lastUsedRegion = given.region;
  return user;
}

/** Refuses an action that the caller's policies do not allow on that user. */
export function permit(caller: User, action: string, target: string, state: AwsState): void {
  const own = target === caller.name ? [`iam:${action}@self`, 'iam:*@self'] : [];
  if ([`iam:${action}`, 'iam:*', ...own].some((one) => caller.allows.includes(one))) return;
  no(
    'iam',
    403,
    'AccessDenied',
    `User: ${arnOf(caller, state)} is not authorized to perform: iam:${action} on resource: user ${target} because no identity-based policy allows the iam:${action} action`,
  );
}

/** A key that works by now. What changed a moment ago is not known everywhere. */
function find(id: string, state: AwsState): { user: User; key: AccessKey } | undefined {
  for (const user of state.users.values()) {
    const key = user.keys.find((one) => one.accessKeyId === id);
    if (key !== undefined && works(key, state)) return { user, key };
  }
  return undefined;
}

function works(key: AccessKey, { runtime, behaviour }: AwsState): boolean {
  const { propagationMs, endDelayMs } = behaviour;
  const now = runtime.clock();
  if (key.revokedAt !== null && now >= Date.parse(key.revokedAt) + endDelayMs) return false;
  const since = now - key.changedAt;
  return key.status === 'Active' ? since >= propagationMs : since < endDelayMs;
}

function checkScope(call: Call, given: Authorization, service: Service, state: AwsState): void {
  const bad = (message: string): never => no(service, 403, 'SignatureDoesNotMatch', message);
  if (given.service !== service)
    bad(`Credential should be scoped to correct service: '${service}'. `);
  const regions = service === 'iam' ? ['us-east-1'] : ['us-east-1', state.region];
  if (!regions.includes(given.region)) bad('Credential should be scoped to a valid region. ');
  const text = headerOf(call, 'x-amz-date');
  const time = parseDate(text);
  if (time === undefined || !text.startsWith(given.date))
    return no(service, 400, 'IncompleteSignature', "Authorization header requires 'X-Amz-Date'.");
  const now = state.runtime.clocks.front();
  if (now - time > MOST_SKEW) bad(`Signature expired: ${text} is now earlier than ${stamp(now)}`);
  if (time - now > MOST_SKEW)
    bad(`Signature not yet current: ${text} is still later than ${stamp(now)}`);
  const needed = ['host', ...Object.keys(call.headers).filter((name) => name.startsWith('x-amz-'))];
  const missing = needed.find((name) => !given.signedHeaders.includes(name));
  if (missing !== undefined) bad(`'${missing}' must be a 'SignedHeader' in the AWS Authorization.`);
}

const stamp = (time: number): string =>
  `${new Date(time).toISOString().replaceAll(/[:-]/g, '').slice(0, 15)}Z`;
