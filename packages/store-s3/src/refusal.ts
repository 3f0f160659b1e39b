import type { Effect, KeyturnError } from '@keyturn/core';

import type { Answer, Client } from './client.ts';
import { conditionUnsupported, refused, regionWrong } from './messages.ts';
import { isRegion, parseError } from './xml.ts';

const ELSEWHERE = ['PermanentRedirect', 'TemporaryRedirect', 'AuthorizationHeaderMalformed'];

/** The error for a response that is not the expected one. */
export function refusal(
  { location }: Client,
  { status, headers, text }: Answer,
  effect: Effect,
): KeyturnError {
  const said = parseError(text);
  const header = headers.get('x-amz-bucket-region') ?? '';
  const region = isRegion(header) ? header : said.region;
  if (status === 301 || status === 307 || ELSEWHERE.includes(said.code))
    if (region !== undefined || said.code !== 'AuthorizationHeaderMalformed')
      return regionWrong(location, region, effect);
  if (status === 501 && (said.code === 'NotImplemented' || said.code === ''))
    return conditionUnsupported(location);
  return refused(location, status, said, effect);
}
