import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';

import { refuse, type Answer } from '../../http/answer.ts';
import type { Call } from '../../http/call.ts';
import { allows, permit } from './auth.ts';
import {
  accessDenied,
  answer,
  conditionFailed,
  conflict,
  failure,
  noSuchKey,
  notImplemented,
} from './answers.ts';
import { headerOf } from './signature.ts';
import { remove, store, type Bucket, type S3Object, type S3State } from './state.ts';
import type { AccessKeyWorld, Condition } from './world.ts';

const LONGEST_KEY = 1024;
/** How long a write with a condition is under way, in turns of the event loop. */
const TURNS = 5;

/** What a request about an object is about. */
export interface Subject {
  readonly bucket: Bucket;
  readonly key: string;
  readonly who: AccessKeyWorld;
}

/** `GET` and `HEAD`. docs: GetObject. */
export function read(call: Call, state: S3State, { bucket, key, who }: Subject): Answer {
  permit(state, who, 'get');
  const object = bucket.objects.get(key);
  if (object === undefined)
    return allows(who, 'list') ? noSuchKey(state, key) : accessDenied(state);
  const { ifMatch, ifNoneMatch } = conditionsOf(call);
  const headers = {
    etag: object.etag,
    'last-modified': new Date(object.lastModified.shown).toUTCString(),
    'content-type': object.contentType,
    'accept-ranges': 'bytes',
  };
  if (ifMatch !== undefined && !sameTag(ifMatch, object)) return conditionFailed(state, 'If-Match');
  if (ifNoneMatch !== undefined && (ifNoneMatch === '*' || sameTag(ifNoneMatch, object)))
    return answer(state, 304, '', headers);
  return answer(state, 200, object.body, headers);
}

/** `PUT`. docs: PutObject, "How to prevent object overwrites with conditional writes". */
export async function write(call: Call, state: S3State, subject: Subject): Promise<Answer> {
  const { bucket, key, who } = subject;
  permit(state, who, 'put');
  if (Buffer.byteLength(key) > LONGEST_KEY)
    return failure(state, 400, 'KeyTooLongError', 'Your key is too long');
  if (call.headers['content-length'] === undefined)
    return failure(
      state,
      411,
      'MissingContentLength',
      'You must provide the Content-Length HTTP header.',
    );
  if (call.headers['x-amz-copy-source'] !== undefined)
    return notImplemented(state, 'x-amz-copy-source');
  checkDigest(call, state);
  await refuseUnlessMet(call, state, subject);
  const contentType = call.headers['content-type'];
  const object = store(state, bucket, key, {
    body: call.body,
    ...(contentType !== undefined && { contentType }),
  });
  return answer(state, 200, '', { etag: object.etag, 'x-amz-server-side-encryption': 'AES256' });
}

/** `DELETE`, which succeeds for what does not exist. docs: DeleteObject. */
export async function erase(call: Call, state: S3State, subject: Subject): Promise<Answer> {
  permit(state, subject.who, 'delete');
  if (conditionsOf(call).ifNoneMatch !== undefined) return notImplemented(state, 'If-None-Match');
  await refuseUnlessMet(call, state, subject);
  remove(subject.bucket, subject.key);
  return answer(state, 204, '');
}

/**
 * Checks the conditions of a write, together with all others that are under way: one that was overtaken by another write of the same
 * object loses, sometimes with a conflict.
 */
async function refuseUnlessMet(
  call: Call,
  state: S3State,
  { bucket, key, who }: Subject,
): Promise<void> {
  const { ifMatch, ifNoneMatch } = conditionsOf(call);
  if (ifMatch === undefined && ifNoneMatch === undefined) return;
  const { behaviour, runtime } = state;
  const arrived = bucket.objects.get(key);
  for (let turn = 0; turn < TURNS; turn++) await setImmediate();
  const object = bucket.objects.get(key);
  const overtaken = object !== arrived && runtime.random() < behaviour.conflicts;
  if (ifNoneMatch !== undefined && isHonoured(behaviour.ifNoneMatch, state, 'If-None-Match')) {
    // The only value that a write may have.
    if (ifNoneMatch !== '*') refuse(notImplemented(state, 'If-None-Match'));
    if (object !== undefined)
      refuse((overtaken ? conflict : conditionFailed)(state, 'If-None-Match'));
  }
  if (ifMatch !== undefined && isHonoured(behaviour.ifMatch, state, 'If-Match')) {
    // To compare it, one must be allowed to read it.
    permit(state, who, 'get');
    if (object === undefined) refuse((overtaken ? conflict : noSuchKey)(state, key));
    else if (!sameTag(ifMatch, object))
      refuse((overtaken ? conflict : conditionFailed)(state, 'If-Match'));
  }
}

function isHonoured(condition: Condition, state: S3State, header: string): boolean {
  if (condition === 'unsupported') refuse(notImplemented(state, header));
  return condition === 'honoured';
}

function conditionsOf(call: Call): { ifMatch?: string; ifNoneMatch?: string } {
  const [ifMatch, ifNoneMatch] = [headerOf(call, 'if-match'), headerOf(call, 'if-none-match')];
  return {
    ...(ifMatch !== '' && { ifMatch }),
    ...(ifNoneMatch !== '' && { ifNoneMatch }),
  };
}

/** S3 takes an ETag with its quotes and without. */
function sameTag(given: string, { etag }: S3Object): boolean {
  return given === '*' || given === etag || `"${given}"` === etag;
}

function checkDigest(call: Call, state: S3State): void {
  const claimed = headerOf(call, 'content-md5');
  if (claimed === '') return;
  if (createHash('md5').update(call.body).digest('base64') !== claimed)
    refuse(
      failure(
        state,
        400,
        'BadDigest',
        'The Content-MD5 you specified did not match what we received.',
      ),
    );
}
