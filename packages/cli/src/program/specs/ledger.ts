import type { LedgerCopyFlags } from '../../commands/ledger/copy.ts';
import type { LedgerShowFlags } from '../../commands/ledger/show.ts';
import type { LedgerUnlockFlags } from '../../commands/ledger/unlock.ts';
import type { LedgerSignFlags } from '../../commands/ledger/sign.ts';
import { config, json } from '../options.ts';
import { command, type CommandSpec } from '../spec.ts';

const sign = command<LedgerSignFlags>({
  name: 'ledger sign',
  words: '[names...]',
  summary: 'trust the ledgers as they are, and sign them',
  options: [config, json],
  examples: [
    {
      line: 'keyturn ledger sign',
      does: 'sign every ledger; from then on, each record must be signed',
    },
    { line: 'keyturn ledger sign ci-github', does: 'sign the ledger of one rotation' },
  ],
  run: (names, flags, host) =>
    import('../../commands/ledger/sign.ts').then(({ ledgerSign }) =>
      ledgerSign(names, flags, host),
    ),
});

const show = command<LedgerShowFlags>({
  name: 'ledger show',
  words: '[names...]',
  summary: 'show where the ledgers are, and check them',
  options: [config, json],
  examples: [
    { line: 'keyturn ledger show', does: 'show every ledger, with its last record and its holder' },
    {
      line: 'keyturn ledger show ci-github --json',
      does: 'the same of one rotation, for a program',
    },
  ],
  run: (names, flags, host) =>
    import('../../commands/ledger/show.ts').then(({ ledgerShow }) =>
      ledgerShow(names, flags, host),
    ),
});

const copy = command<LedgerCopyFlags>({
  name: 'ledger copy',
  words: '[names...]',
  summary: 'copy ledgers from one store to another',
  options: [
    config,
    { flags: '--from <state>', description: 'where the ledgers are', required: true },
    { flags: '--to <state>', description: 'where they are copied to', required: true },
    json,
  ],
  examples: [
    {
      line: 'keyturn ledger copy --from .keyturn --to git:origin#keyturn-ledger',
      does: 'move from a folder to a branch; repeating it is safe',
    },
    {
      line: 'keyturn ledger copy ci-github --from git:origin --to s3://ledgers/keyturn',
      does: 'copy one ledger to a bucket',
    },
  ],
  run: (names, flags, host) =>
    import('../../commands/ledger/copy.ts').then(({ ledgerCopy }) =>
      ledgerCopy(names, flags, host),
    ),
});

const unlock = command<LedgerUnlockFlags>({
  name: 'ledger unlock',
  words: '<name>',
  summary: 'end the lock of a run that is certainly gone',
  options: [config, { flags: '--yes', description: 'do not ask' }, json],
  examples: [
    {
      line: 'keyturn ledger unlock ci-github',
      does: 'say who holds the lock, ask, then end it',
    },
    { line: 'keyturn ledger unlock ci-github --yes', does: 'end it without a question' },
  ],
  run: ([name = ''], flags, host) =>
    import('../../commands/ledger/unlock.ts').then(({ ledgerUnlock }) =>
      ledgerUnlock(name, flags, host),
    ),
});

export const ledgers: readonly CommandSpec[] = [show, copy, unlock, sign];
