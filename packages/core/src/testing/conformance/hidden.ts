import assert from 'node:assert/strict';
import { inspect } from 'node:util';

/**
 * Checks that none of the secrets shows in a value at any depth: neither as it is nor base64, hexadecimal, URL-encoded or
 * escaped as in JSON.
 */
export function assertHidden(
  what: string,
  value: unknown,
  secrets: readonly (string | undefined)[],
): void {
  const shown = allTextOf(value);
  for (const secret of secrets)
    for (const [form, text] of formsOf(secret ?? ''))
      // The assertion's own message must not show it either.
      assert.ok(!shown.includes(text), `${what} holds a secret (${form})`);
}

function allTextOf(value: unknown): string {
  const inspected = inspect(value, {
    depth: Infinity,
    showHidden: true,
    getters: true,
    maxArrayLength: Infinity,
    maxStringLength: Infinity,
    breakLength: Infinity,
  });
  const own = value instanceof Error ? [value.message, value.stack ?? ''] : [];
  return [inspected, ...own, String(value), JSON.stringify(value)].join('\n');
}

function formsOf(secret: string): [form: string, text: string][] {
  if (secret === '') return [];
  const bytes = Buffer.from(secret);
  // Inside a longer text (`user:secret`) base64 depends on where the secret starts; what its neighbours change is cut off.
  const base64 = [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replace(/=+$/, '')
      .slice(shift === 0 ? 0 : shift + 1, -1),
  );
  return [
    ['as it is', secret],
    ['escaped', JSON.stringify(secret).slice(1, -1)],
    ['URL-encoded', encodeURIComponent(secret)],
    ['hexadecimal', bytes.toString('hex')],
    ...base64.flatMap((text): [string, string][] => [
      ['base64', text],
      ['base64url', text.replaceAll('+', '-').replaceAll('/', '_')],
    ]),
  ];
}
