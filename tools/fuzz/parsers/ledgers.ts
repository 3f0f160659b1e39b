import {
  chain,
  EMPTY,
  parseRecord,
  serialise,
  type RotationEvent,
} from '../../../packages/core/src/ledger/index.ts';
import { decide } from '../../../packages/core/src/machine/decide.ts';
import {
  applyRecords,
  emptyState,
  freshMemory,
  summarise,
} from '../../../packages/core/src/unstable.ts';
import { expect, ofData, ofTexts, type Parser } from '../parser.ts';

const AT = '2026-11-24T09:00:00.000Z';
const token = (id: string): object => ({ id, label: `keyturn-${id}`, issuedAt: AT });
const receipt = { at: AT };

/** Every type of event, in an order in which they can happen. */
const events = [
  { type: 'opened', rotation: 'ci', summary: { tokens: [], sinks: [], attempts: [] } },
  { type: 'adopted', token: token('old'), sinks: ['a:1', 'b:2'], permissions: ['read'] },
  { type: 'started', label: 'l1', reason: 'age' },
  { type: 'lost', label: 'l1', reason: 'NETWORK_FAILED' },
  { type: 'found', label: 'l1', token: token('lost') },
  {
    type: 'opened',
    rotation: 'ci',
    summary: {
      current: 'old',
      permissions: ['read'],
      tokens: [{ ref: token('old'), exposed: true, retired: false, releasedAt: AT }],
      sinks: [{ id: 'a:1', base: ['old'], unanswered: [{ token: 'old', at: AT }], receipt }],
      attempts: [{ label: 'l0', at: AT }],
    },
  },
  { type: 'absent', label: 'l0' },
  { type: 'started', label: 'l2', reason: 'age' },
  { type: 'issued', label: 'l2', token: token('new') },
  { type: 'granted', token: 'new', permissions: ['read'] },
  { type: 'verified', token: 'new' },
  { type: 'sending', token: 'new', sink: 'a:1' },
  { type: 'delivered', token: 'new', sink: 'a:1', receipt },
  { type: 'sending', token: 'new', sink: 'b:2' },
  { type: 'undelivered', token: 'new', sink: 'b:2', effect: 'unknown', code: 'TIMED_OUT' },
  { type: 'settled', sink: 'b:2', token: 'new' },
  { type: 'drifted', sink: 'b:2', holds: ['new'] },
  { type: 'completed', token: 'new' },
  { type: 'tried', sink: 'a:1', token: 'new', ok: true },
  { type: 'condemned', token: 'old' },
  { type: 'revoking', token: 'old' },
  { type: 'revoked', token: 'old' },
  { type: 'forgotten', sink: 'b:2' },
  { type: 'finished' },
] as unknown as RotationEvent[];

const records = chain(EMPTY, events, AT);
const lines = records.map(serialise);

const intent = {
  policy: { maxAge: 1000, grace: 0, settle: 1000 },
  selected: ['a:1', 'b:2'],
  force: false,
  wait: true,
};

/** One line, whatever it holds. */
const line = ofTexts('ledger lines', lines, (text) => {
  const record = parseRecord(text, 'ci');
  expect(serialise(record) === text, 'it is not as it was written');
});

/** A ledger whose events somebody changed, with the hashes made anew: it has no key, so anybody can. */
const ledger = ofData('ledgers', [events, events.slice(0, 5), events.slice(5)], (value) => {
  if (!Array.isArray(value)) return;
  const forged = chain(EMPTY, value as RotationEvent[], AT).map(serialise);
  const state = applyRecords(
    emptyState,
    forged.map((one) => parseRecord(one, 'ci')),
  );
  summarise(state);
  decide(state, intent, freshMemory, Date.parse(AT) + 5000);
});

export const ledgerParsers: readonly Parser[] = [line, ledger];
