import assert from 'node:assert/strict';

import type { CallOptions, KeyturnError } from '../../../index.ts';
import { calmly, lockLost, rejection, snapshot, turns, unheard } from '../assertions.ts';
import type { Check } from '../check.ts';
import type { IssuerFixture } from './fixture.ts';
import { issued, needsGrant } from './kinds.ts';

type Call = readonly [what: string, call: (options: CallOptions) => Promise<unknown>];

/** More requests than this no call needs. */
const MOST = 12;

/** The right to write is asked for, each time. */
export const asking: readonly Check<IssuerFixture>[] = [
  {
    id: 'asks-first',
    title: 'issue, grant, ungrant and revoke await beforeWrite before they change anything',
    reason: 'a process that was stopped before a request sends it after another run took over',
    async run(fixture) {
      for (const [what, call] of await writes(fixture)) {
        const { tokens } = fixture;
        const before = snapshot(await tokens());
        let asked = 0;
        const { asks } = await counted(call, async () => {
          if (asked++ > 0) return;
          await turns(4);
          assert.deepEqual(await tokens(), before, `${what} did not wait`);
        });
        assert.ok(asks > 0, `${what} does not ask`);
      }
    },
  },
  {
    id: 'asks-each-request',
    title: 'beforeWrite is awaited for each request that changes something, tries included',
    reason: 'the second of two requests must not come late either',
    skip: ({ requests }) =>
      requests === undefined ? 'the fixture has no requests: writes are not counted' : undefined,
    async run(fixture) {
      const { requests } = fixture;
      const changing = async (): Promise<number> =>
        ((await requests?.()) ?? []).filter(({ changes }) => changes).length;
      for (const [what, call] of await writes(fixture)) {
        const before = await changing();
        const sent: number[] = [];
        const { asks } = await counted(call, async () => {
          sent.push((await changing()) - before);
        });
        sent.push((await changing()) - before);
        assert.ok(sent.at(-1) !== 0, `${what} sent nothing: does requests tell what changes?`);
        assert.ok(
          sent.every((count, index) => count <= index),
          `${what} sent ${sent.at(-1)} requests that change something, and asked ${asks} times`,
        );
      }
    },
  },
  {
    id: 'stops',
    title:
      'nothing is changed once beforeWrite rejects, and its error is what the call rejects with',
    reason: 'two runs that act at once leave a token that neither of them knows of',
    async run(fixture) {
      const { tokens } = fixture;
      for (const [what, call] of await writes(fixture))
        for (let refused = 1; refused <= MOST; refused++) {
          let before: unknown;
          const { asks, error } = await counted(call, async (count) => {
            if (count < refused) return;
            if (before === undefined) {
              // What was sent at the same time, and was asked for before, may still land.
              await turns(50);
              before = snapshot(await tokens());
            }
            throw lockLost();
          });
          if (asks < refused) break;
          await turns(50);
          assert.deepEqual(
            await tokens(),
            before,
            `${what} went on after beforeWrite had rejected`,
          );
          assert.equal(error?.code, 'STATE_LOST', `${what} lost the error of beforeWrite`);
          if (refused === 1) assert.equal(error?.effect, 'none', `${what} had changed nothing`);
        }
    },
  },
];

/** Makes a call, and tells how often it asked for the right to write. */
async function counted(
  call: Call[1],
  onAsk: (count: number) => Promise<void>,
): Promise<{ readonly asks: number; readonly error: KeyturnError | undefined }> {
  let asks = 0;
  const beforeWrite = unheard(() => onAsk(++asks));
  const error = await rejection(() => call({ ...calmly(), beforeWrite }));
  return { asks, error };
}

/** Every way to change something, in an order in which each has something to do. */
async function writes(fixture: IssuerFixture): Promise<readonly Call[]> {
  const { issuer, permissions } = fixture;
  const { token } = await issued(fixture, 'keyturn-asks');
  const isGiven = issuer.supports.permissions === 'issue';
  return [
    ['issue', (o) => issuer.issue({ label: 'keyturn-asks-2', ...(isGiven && { permissions }) }, o)],
    ...(needsGrant(fixture) === undefined
      ? ([
          ['grant', (o) => issuer.grant(token.id, permissions, o)],
          ['ungrant', (o) => issuer.ungrant(token.id, permissions, o)],
        ] satisfies Call[])
      : []),
    ...(issuer.supports.disable
      ? ([
          ['disable', async (o) => issuer.disable?.(token.id, o)],
          ['enable', async (o) => issuer.enable?.(token.id, o)],
        ] satisfies Call[])
      : []),
    ['revoke', (o) => issuer.revoke(token.id, o)],
  ];
}
