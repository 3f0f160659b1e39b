import { command } from '../spec.ts';
import { allowHost, config, json, org } from '../options.ts';
import type { AbortFlags } from '../../commands/abort.ts';

export const abort = command<AbortFlags>({
  name: 'abort',
  words: '<name>',
  summary: 'give up the token under way; revoke what no sink may hold',
  options: [config, org, allowHost, json],
  examples: [
    { line: 'keyturn abort ci-github', does: 'tidy up after a rotation that cannot be finished' },
    { line: 'keyturn abort ci-github --json', does: 'the same, as one document' },
  ],
  run: ([name = ''], flags, host) =>
    import('../../commands/abort.ts').then(({ abortCommand }) => abortCommand(name, flags, host)),
});
