import { refuse } from '../../http/answer.ts';
import type { Call } from '../../http/call.ts';
import { accessDenied, failure } from './answers.ts';
import {
  headerOf,
  parseAuthorization,
  parseDate,
  sha256,
  signatureOf,
  type Authorization,
} from './signature.ts';
import type { S3State } from './state.ts';
import type { AccessKeyWorld, Action } from './world.ts';

const MOST_SKEW = 15 * 60_000;

/**
 * The key of a request whose signature, date and body are right, or the answer that says what is wrong. Requests with a signature in their
 * query, or in parts, are not served. docs: Amazon S3 API Reference, "Error responses".
 */
export function identify(call: Call, state: S3State): AccessKeyWorld {
  const no = (status: number, code: string, message: string, details = {}): never =>
    refuse(failure(state, status, code, message, details));
  const header = headerOf(call, 'authorization');
  if (header === '') return refuse(accessDenied(state));
  const given = parseAuthorization(header);
  if (given === undefined)
    return no(400, 'AuthorizationHeaderMalformed', 'The authorization header is malformed.');
  if (given.service !== 's3' || given.region !== state.region)
    return no(
      400,
      'AuthorizationHeaderMalformed',
      `The authorization header is malformed; the region '${given.region}' is wrong; expecting '${state.region}'`,
      { Region: state.region },
    );
  checkDate(call, state, given);
  const key = state.keys.get(given.accessKeyId);
  if (key === undefined)
    return no(
      403,
      'InvalidAccessKeyId',
      'The AWS Access Key Id you provided does not exist in our records.',
      { AWSAccessKeyId: given.accessKeyId },
    );
  checkToken(call, state, key);
  checkSigned(call, state, given);
  if (signatureOf(call, given, key.secretAccessKey) !== given.signature)
    return no(
      403,
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
      { AWSAccessKeyId: given.accessKeyId, SignatureProvided: given.signature },
    );
  checkBody(call, state);
  return key;
}

/** Refuses what the key does not allow. */
export function permit(state: S3State, key: AccessKeyWorld, action: Action): void {
  if (!allows(key, action)) refuse(accessDenied(state));
}

export function allows({ allows: allowed }: AccessKeyWorld, action: Action): boolean {
  return allowed?.includes(action) ?? true;
}

function checkDate(call: Call, state: S3State, { date }: Authorization): void {
  const text = headerOf(call, 'x-amz-date');
  const time = parseDate(text);
  if (time === undefined || !text.startsWith(date))
    return refuse(
      failure(
        state,
        403,
        'AccessDenied',
        'AWS authentication requires a valid Date or x-amz-date header',
      ),
    );
  const now = state.runtime.clocks.front();
  if (Math.abs(now - time) > MOST_SKEW)
    refuse(
      failure(
        state,
        403,
        'RequestTimeTooSkewed',
        'The difference between the request time and the current time is too large.',
        {
          RequestTime: text,
          ServerTime: new Date(now).toISOString(),
          MaxAllowedSkewMilliseconds: String(MOST_SKEW),
        },
      ),
    );
}

function checkToken(call: Call, state: S3State, { sessionToken, expiresAt }: AccessKeyWorld): void {
  const token = headerOf(call, 'x-amz-security-token');
  if (token !== (sessionToken ?? ''))
    refuse(
      failure(state, 400, 'InvalidToken', 'The provided token is malformed or otherwise invalid.'),
    );
  if (expiresAt !== undefined && state.runtime.clock() >= Date.parse(expiresAt))
    refuse(failure(state, 400, 'ExpiredToken', 'The provided token has expired.'));
}

/** The host and every header of S3's own must be signed. */
function checkSigned(call: Call, state: S3State, { signedHeaders }: Authorization): void {
  const needed = ['host', ...Object.keys(call.headers).filter((name) => name.startsWith('x-amz-'))];
  const missing = needed.filter((name) => !signedHeaders.includes(name));
  if (missing.length > 0)
    refuse(
      failure(
        state,
        403,
        'AccessDenied',
        'There were headers present in the request which were not signed',
        { HeadersNotSigned: missing.join(', ') },
      ),
    );
}

function checkBody(call: Call, state: S3State): void {
  const claimed = headerOf(call, 'x-amz-content-sha256');
  if (claimed === '')
    refuse(
      failure(
        state,
        400,
        'InvalidRequest',
        'Missing required header for this request: x-amz-content-sha256',
      ),
    );
  if (claimed.startsWith('STREAMING-'))
    refuse(
      failure(
        state,
        501,
        'NotImplemented',
        'A header you provided implies functionality that is not implemented',
        { Header: 'x-amz-content-sha256' },
      ),
    );
  if (claimed !== 'UNSIGNED-PAYLOAD' && claimed !== sha256(call.body))
    refuse(
      failure(
        state,
        400,
        'XAmzContentSHA256Mismatch',
        "The provided 'x-amz-content-sha256' header does not match what was computed.",
        { ClientComputedContentSHA256: claimed, S3ComputedContentSHA256: sha256(call.body) },
      ),
    );
}
