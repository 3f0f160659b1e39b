import type { Answer } from '../../http/answer.ts';
import { Refusal, refuse } from '../../http/answer.ts';
import type { Call } from '../../http/call.ts';
import type { Provider } from '../provider.ts';
import { answer, failure, noSuchBucket, notImplemented } from './answers.ts';
import { identify, permit } from './auth.ts';
import { list } from './listing.ts';
import { erase, read, write } from './objects.ts';
import { closeState, openState, type S3State } from './state.ts';

export const s3: Provider = {
  name: 's3',
  open(world, runtime) {
    const state = openState(world.s3 ?? {}, runtime);
    return {
      answer: (call) =>
        respond(call, state).catch((error: unknown) => {
          if (error instanceof Refusal) return error.answer;
          throw error;
        }),
      state: () => closeState(state),
      env: (url) => {
        const [key] = state.keys.values();
        return {
          AWS_ENDPOINT_URL_S3: url,
          AWS_REGION: state.region,
          ...(key !== undefined && {
            AWS_ACCESS_KEY_ID: key.accessKeyId,
            AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
            ...(key.sessionToken !== undefined && { AWS_SESSION_TOKEN: key.sessionToken }),
          }),
        };
      },
      change: () => {
        throw new TypeError('s3 has no changes by others: write and delete objects by its API');
      },
    };
  },
};

/** Path-style requests: a bucket's, or an object's. */
async function respond(call: Call, state: S3State): Promise<Answer> {
  const who = identify(call, state);
  const [, name = '', key = ''] = /^\/([^/]+)\/?(.*)$/s.exec(decoded(call, state)) ?? [];
  if (name === '') return notImplemented(state);
  const bucket = state.buckets.get(name);
  if (bucket === undefined) return noSuchBucket(state, name);
  const { method, query } = call;
  if (key === '') {
    permit(state, who, 'list');
    if (method === 'HEAD') return answer(state, 200, '', { 'x-amz-bucket-region': state.region });
    if (method === 'GET' && query.get('list-type') === '2') return list(call, state, bucket);
    return notImplemented(state);
  }
  if ([...query.keys()].some((one) => one !== 'x-id')) return notImplemented(state);
  const subject = { bucket, key, who };
  if (method === 'GET' || method === 'HEAD') return read(call, state, subject);
  if (method === 'PUT') return write(call, state, subject);
  if (method === 'DELETE') return erase(call, state, subject);
  return failure(
    state,
    405,
    'MethodNotAllowed',
    'The specified method is not allowed against this resource.',
  );
}

function decoded({ path }: Call, state: S3State): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return refuse(failure(state, 400, 'InvalidURI', "Couldn't parse the specified URI."));
  }
}
