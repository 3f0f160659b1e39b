import assert from 'node:assert/strict';

import {
  type Confirmation,
  reveal,
  Secret,
  type SinkEntry,
  type SinkLimits,
} from '../../../index.ts';
import { isRefused } from '../../memory/limits.ts';
import type { SinkFixture } from './fixture.ts';

/** Values that shells, parsers and forms are known to mangle. */
export const awkwardValues: Readonly<Record<string, string>> = {
  empty: '',
  'one space': ' ',
  'spaces at the ends': '  two spaces  ',
  'a final newline': 'line\n',
  'several lines': 'first\nsecond\n\nfourth',
  'CRLF lines': 'first\r\nsecond\r\n',
  tab: 'a\tb',
  quotes: `"double" 'single' it's`,
  'shell expansions': '$HOME ${HOME} $(id) !! ~',
  backticks: '`id`',
  backslashes: 'C:\\new\\table \\',
  'a comment': '#not a comment # at all',
  'equal signs': 'A=B==',
  'percent signs and pluses': '%41+%%20&c=d',
  JSON: '{"a":["b"]}',
  Unicode: 'naïve – 密码 🔑 e\u0301',
  '8 KiB': 'kt8-'.repeat(2048),
  '40 KiB': 'kt40'.repeat(10_240),
};

const endings = ['Qa7x', 'Wb8y', 'Ec9z'] as const;
const bodies = ['planted/Plain+text?a=b&c%d-', 'plantedPlaintextWithoutSpecials'] as const;

/** A secret value that the sink accepts, distinct from the two others at its end too. */
export function sample({ sink }: SinkFixture, which: 0 | 1 | 2 = 0): Secret {
  const body = bodies.find((text) => !isRefused(sink.limits, text + endings[which]));
  assert.ok(body !== undefined, 'limits.value refuses every sample value');
  return new Secret(body + endings[which]);
}

/** One entry under the first name. */
export function one(fixture: SinkFixture, which: 0 | 1 | 2 = 0): [SinkEntry] {
  return [{ name: fixture.names[0], value: sample(fixture, which) }];
}

/** Both names: a plain text and a secret, as a pair has them. */
export function both(fixture: SinkFixture, which: 0 | 1 = 0): SinkEntry[] {
  const [first, second] = fixture.names;
  return [
    { name: first, value: `publicIdentifier${which}` },
    { name: second, value: sample(fixture, which) },
  ];
}

/** A value that the limits refuse, long enough to be told in an error; undefined where none is known here. */
export function refusedValue(limits: SinkLimits): string | undefined {
  const [, plain] = bodies;
  const awkward = Object.values(awkwardValues).map((text) => `${text}${plain}${text}`);
  const tooLong = plain.repeat((limits.maxBytes ?? 0) / plain.length + 1);
  return [...awkward, tooLong].find((value) => isRefused(limits, value));
}

export async function assertStored(
  { stored }: SinkFixture,
  entries: readonly SinkEntry[],
  what = 'the value',
): Promise<void> {
  for (const { name, value } of entries)
    // A message of our own: the value may be long, and comes from outside.
    assert.ok((await stored(name)) === reveal(value), `${what} is not stored byte for byte`);
}

/** Checks that something writes nothing, under the two names or elsewhere. */
export async function assertUnwritten(
  { stored, names, neighbours }: SinkFixture,
  act: () => Promise<unknown>,
): Promise<void> {
  const look = async (): Promise<unknown> =>
    structuredClone([await stored(names[0]), await stored(names[1]), await neighbours()]);
  const before = await look();
  await act();
  assert.deepEqual(await look(), before, 'something was written');
}

export function oneOf(actual: Confirmation, expected: readonly Confirmation[]): void {
  assert.ok(expected.includes(actual), `confirm said ${actual}, not ${expected.join(' or ')}`);
}
