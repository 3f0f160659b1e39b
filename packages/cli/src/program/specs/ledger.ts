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

export const ledgers: readonly CommandSpec[] = [sign];
