import type { Answer } from '../../http/answer.ts';
import { randomId } from '../../runtime.ts';
import type { S3State } from './state.ts';

const HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** What is told of an error beside its code and message. */
type Details = Readonly<Record<string, string>>;

/** An answer with the ids that every answer of S3 has. */
export function answer(
  { runtime }: S3State,
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return {
    status,
    headers: {
      'x-amz-id-2': randomId(runtime, 40),
      'x-amz-request-id': randomId(runtime, 16).toUpperCase(),
      server: 'AmazonS3',
      ...headers,
    },
    body,
  };
}

export function xml(state: S3State, status: number, content: string): Answer {
  return answer(state, status, `${HEAD}${content}`, { 'content-type': 'application/xml' });
}

/** An error as S3 words it. docs: Amazon S3 API Reference, "Error responses". */
export function failure(
  state: S3State,
  status: number,
  code: string,
  message: string,
  details: Details = {},
): Answer {
  const fields = Object.entries({ Code: code, Message: message, ...details });
  const inner = fields.map(([name, value]) => element(name, value)).join('');
  const made = xml(state, status, '');
  const ids = { RequestId: made.headers['x-amz-request-id'], HostId: made.headers['x-amz-id-2'] };
  const idFields = Object.entries(ids).map(([name, value = '']) => element(name, value));
  return { ...made, body: `${HEAD}<Error>${inner}${idFields.join('')}</Error>` };
}

export const accessDenied = (state: S3State): Answer =>
  failure(state, 403, 'AccessDenied', 'Access Denied');

export const noSuchBucket = (state: S3State, bucket: string): Answer =>
  failure(state, 404, 'NoSuchBucket', 'The specified bucket does not exist', {
    BucketName: bucket,
  });

export const noSuchKey = (state: S3State, key: string): Answer =>
  failure(state, 404, 'NoSuchKey', 'The specified key does not exist.', { Key: key });

export const conditionFailed = (state: S3State, condition: string): Answer =>
  failure(
    state,
    412,
    'PreconditionFailed',
    'At least one of the pre-conditions you specified did not hold',
    { Condition: condition },
  );

export const conflict = (state: S3State, condition: string): Answer =>
  failure(
    state,
    409,
    'ConditionalRequestConflict',
    'The conditional request cannot succeed due to a conflicting operation against this resource.',
    { Condition: condition },
  );

export const notImplemented = (state: S3State, header?: string): Answer =>
  failure(
    state,
    501,
    'NotImplemented',
    'A header you provided implies functionality that is not implemented',
    header === undefined ? {} : { Header: header },
  );

export const element = (name: string, value: string): string =>
  `<${name}>${escape(value)}</${name}>`;

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\r', '&#13;');
}
