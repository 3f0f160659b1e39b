import { inspect } from 'node:util';

import { Secret } from '../../../packages/core/src/index.ts';
import { readJson, responseError } from '../../../packages/http/src/index.ts';
import { budgetOf, limitedBy, retryAfterOf } from '../../../packages/http/src/rate-limit.ts';
import { byDatabase, permissionsOf } from '../../../packages/issuer-planetscale/src/permissions.ts';
import { secretOf, tokenInfo } from '../../../packages/issuer-planetscale/src/token.ts';
import { redact } from '../../../packages/sink-exec/src/redact.ts';
import { momentIn } from '../../../packages/sink-github/src/time.ts';
import { expect, ofData, ofTexts, type Parser } from '../parser.ts';

const NOW = Date.UTC(2026, 10, 24);
/** More of a program's output is not kept. */
const MOST_OUTPUT = 8192;
const CANARY = 'pscale_tkn_CANARY-0123456789abcdef';

const headers = ofTexts(
  'rate-limit headers',
  ['60', '0.5', '1767225600', 'Wed, 25 Nov 2026 09:00:00 GMT', '', '1e3', '0'],
  (text, { pick }) => {
    const answer = {
      ok: true as const,
      status: pick([200, 403, 429, 503]),
      headers: {
        [pick(['retry-after', 'x-ratelimit-reset', 'ratelimit-reset', 'ratelimit-remaining'])]:
          pick([text, [text, '7']]),
        'x-ratelimit-remaining': pick(['0', '17', text]),
      },
      body: Buffer.from(text),
    };
    for (const time of [
      limitedBy(answer, NOW)?.until,
      retryAfterOf(answer, NOW),
      budgetOf(answer, NOW)?.resetAt,
    ])
      expect(time === undefined || !Number.isNaN(time), 'the time is none');
  },
);

const messages = [
  JSON.stringify({ code: 'not_found', message: 'Not Found' }),
  JSON.stringify({ message: { key: ['(KEY) has already been taken'] } }),
  JSON.stringify({ message: 'Validation Failed', errors: [{ resource: 'Secret', code: CANARY }] }),
  JSON.stringify({ error: 'invalid_token', error_description: `Token ${CANARY} was revoked` }),
  `<html>${CANARY}</html>`,
  `Retry later ${encodeURIComponent(CANARY)}`,
  '{"__proto__":{"polluted":1}}',
];

/** Whatever a server says: no secret of ours, nothing that moves a cursor, and not much of it. */
const errors = ofTexts('answers that refuse', messages, async (body, { pick }) => {
  const error = await responseError(new Response(body, { status: pick([400, 401, 404, 500]) }), {
    what: 'test',
    secrets: [new Secret(CANARY), 'acme'],
  });
  const shown = inspect(error, { depth: Infinity, showHidden: true }) + JSON.stringify(error);
  expect(!shown.includes(CANARY), 'the secret is shown');
  expect(!/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(error.message), 'a control character is shown');
  expect(error.message.length < 4000, 'it says too much');
});

const bodies = ofTexts('answers in JSON', messages, async (body, { pick }) => {
  const type = pick(['object', 'array'] as const);
  const value: unknown = await readJson(new Response(body), { what: 'test', type } as {
    what: string;
    type: 'array';
  });
  expect(Array.isArray(value) === (type === 'array'), 'it is of another type');
});

const AT = '2026-11-24T09:00:00.000Z';
const accesses = [
  { id: 'a', access: 'read_branch', resource: { id: 'd', type: 'Database', name: 'shop' } },
  { id: 'b', access: 'read_organization', resource_type: 'Organization', resource_name: 'acme' },
];
const tokens = [
  { id: 'abcdefghijkl', name: 'ci', token: CANARY, created_at: AT, expires_at: null, accesses },
];

const issued = ofData('tokens of PlanetScale', tokens, (value) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
  const item = value as Record<string, unknown>;
  const info = tokenInfo(item, { label: 'x', issuedAt: AT });
  expect(info === undefined || /^[\w-]{1,64}$/.test(info.id), 'its id is no id');
  expect(info === undefined || !Number.isNaN(Date.parse(info.issuedAt)), 'its time is none');
  const secret = secretOf(item);
  expect(secret === undefined || /^[\x21-\x7E]+$/.test(secret), 'its secret is no header');
  const list = item['accesses'];
  if (Array.isArray(list)) byDatabase(permissionsOf(list, 'test'));
});

const times = ofTexts('times of GitHub', [AT, '2026-11-24T09:00:00Z', '2026', '1'], (text) => {
  momentIn(text);
});

/** What a program of the user's prints: no part of a secret that is long enough to be one. */
const printed = ofTexts(
  'output of programs',
  [`failed: ${CANARY}`, `id:${CANARY.slice(0, 20)}`],
  (text) => {
    const clean = redact(text.slice(0, MOST_OUTPUT), [CANARY, `abcdefghijkl:${CANARY}`]);
    for (let at = 0; at + 8 <= CANARY.length; at++)
      expect(!clean.includes(CANARY.slice(at, at + 8)), 'a part of the secret is shown');
  },
);

export const answerParsers: readonly Parser[] = [headers, errors, bodies, issued, times, printed];
