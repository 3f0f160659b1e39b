import { request } from 'node:http';

import { JOB_HEADER } from './pipeline.ts';

/** Sends a request of a job; the status of its response. */
export function ask(
  url: string | URL,
  {
    method = 'GET',
    headers,
    body = '',
  }: {
    readonly method?: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: string;
  },
): Promise<number> {
  return new Promise((resolve, reject) => {
    const all = { accept: 'application/json', ...headers, [JOB_HEADER]: '1' };
    request(url, { method, headers: all }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    })
      .on('error', reject)
      .end(body);
  });
}
