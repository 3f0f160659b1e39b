import { ask } from '../../http/ask.ts';
import type { JobUse } from '../provider.ts';
import { parseAuthorization, signatureOf, sha256 } from '../s3/signature.ts';
import { VERSIONS } from './answers.ts';
import type { AwsState } from './state.ts';

/** A job that asks STS who it is. */
export const useKey = (state: AwsState): JobUse => ({
  names: { accessKeyId: 'AWS_ACCESS_KEY_ID', secretAccessKey: 'AWS_SECRET_ACCESS_KEY' },
  async run({ accessKeyId, secretAccessKey }) {
    const tokenId = accessKeyId ?? null;
    if (accessKeyId === undefined || secretAccessKey === undefined)
      return { ok: false, status: null, tokenId };
    const url = state.runtime.addresses.aws ?? '';
    const body = `Action=GetCallerIdentity&Version=${VERSIONS.sts}`;
    const now = new Date(state.runtime.clocks.front()).toISOString();
    const date = `${now.replaceAll(/[:-]/g, '').slice(0, 15)}Z`;
    const headers = {
      host: new URL(url).host,
      'x-amz-date': date,
      'content-type': 'application/x-www-form-urlencoded',
    };
    const names = Object.keys(headers).toSorted().join(';');
    const scope = `${accessKeyId}/${date.slice(0, 8)}/${state.region}/sts/aws4_request`;
    const unsigned = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=${names}, Signature=`;
    const given = parseAuthorization(`${unsigned}${'0'.repeat(64)}`);
    // What a secret holds may be anything.
    if (given === undefined) return { ok: false, status: null, tokenId };
    const call = { method: 'POST', target: '/', path: '/', query: new URLSearchParams() };
    const signature = signatureOf(
      { ...call, headers, body, origin: '', params: {} },
      given,
      secretAccessKey,
      sha256(body),
    );
    const authorization = `${unsigned}${signature}`;
    const status = await ask(url, { method: 'POST', headers: { ...headers, authorization }, body });
    return { ok: status === 200, status, tokenId };
  },
});
