import { randomUUID } from 'node:crypto';

import { refuse, type Answer } from '../../http/answer.ts';
import { element } from '../s3/answers.ts';

export type Service = 'iam' | 'sts';

/** The versions of the two APIs, which are also the ends of their namespaces. */
export const VERSIONS = { iam: '2010-05-08', sts: '2011-06-15' } as const;

/** Elements as a tree: text, elements of their own, or the members of a list. */
export type Tree = { readonly [name: string]: string | Tree | readonly Tree[] };

/** The answer to an action of the query protocol. */
export function result(service: Service, action: string, tree: Tree | undefined): Answer {
  const inner = tree === undefined ? '' : `<${action}Result>${xml(tree)}</${action}Result>`;
  const id = randomUUID();
  return answer(
    200,
    `${open(`${action}Response`, service)}${inner}<ResponseMetadata>${element('RequestId', id)}</ResponseMetadata></${action}Response>`,
    id,
  );
}

/** An error as IAM and STS word it. docs: IAM API Reference, "Common Errors". */
export function failure(service: Service, status: number, code: string, message: string): Answer {
  const id = randomUUID();
  const inner = xml({ Error: { Type: 'Sender', Code: code, Message: message } });
  return answer(
    status,
    `${open('ErrorResponse', service)}${inner}${element('RequestId', id)}</ErrorResponse>`,
    id,
  );
}

export const no = (service: Service, status: number, code: string, message: string): never =>
  refuse(failure(service, status, code, message));

const open = (name: string, service: Service): string =>
  `<${name} xmlns="https://${service}.amazonaws.com/doc/${VERSIONS[service]}/">`;

const answer = (status: number, body: string, id: string): Answer => ({
  status,
  headers: { 'content-type': 'text/xml', 'x-amzn-requestid': id },
  body,
});

function xml(tree: Tree): string {
  return Object.entries(tree)
    .map(([name, value]) => {
      if (typeof value === 'string') return element(name, value);
      const inner = isList(value)
        ? value.map((one) => `<member>${xml(one)}</member>`).join('')
        : xml(value);
      return `<${name}>${inner}</${name}>`;
    })
    .join('');
}

const isList = (value: Tree | readonly Tree[]): value is readonly Tree[] => Array.isArray(value);
