import { command } from '../spec.ts';
import { allowHost, config, json, org } from '../options.ts';
import type { AbortFlags } from '../../commands/abort.ts';

export const abort = command<AbortFlags>({
  name: 'abort',
  words: '<name>',
  summary: 'abort the token under way; revoke what no sink may contain',
  options: [config, org, allowHost, json],
  examples: [
    { line: 'keyturn abort ci-github', does: 'clean up after a rotation that cannot finish' },
    { line: 'keyturn abort ci-github --json', does: 'the same as one document' },
  ],
  run: ([name = ''], flags, host) =>
    import('../../commands/abort.ts').then(({ abortCommand }) => abortCommand(name, flags, host)),
});
