import type { Environment } from '@keyturn/core';

import { schemaVersion } from './json.ts';
import type { Output } from '../host.ts';

const VARIABLE = 'NODE_TLS_REJECT_UNAUTHORIZED';

export const unverified = {
  text: `${VARIABLE} is 0: no certificate is checked, so that anybody on the way can read and change what is sent`,
  fix: `Unset ${VARIABLE}; for an authority of your own, name its certificate in NODE_EXTRA_CA_CERTS.`,
} as const;

/** Whether Node takes any certificate (docs: Node, CLI, `NODE_TLS_REJECT_UNAUTHORIZED`). */
export function isUnverified(env: Environment): boolean {
  return env[VARIABLE] === '0';
}

/** An output whose every JSON document has the warning too, whichever command made it. */
export function withWarning(output: Output, warning: string): Output {
  const start = `{"schemaVersion":${schemaVersion},`;
  return {
    ...output,
    get columns() {
      return output.columns;
    },
    write: (text, meant) =>
      output.write(text.startsWith(start) ? withOneMore(text, warning) : text, meant),
  };
}

function withOneMore(text: string, warning: string): string {
  const { warnings = [], ...content } = JSON.parse(text) as {
    readonly warnings?: readonly string[];
  };
  return `${JSON.stringify({ ...content, warnings: [warning, ...warnings] })}\n`;
}

/**
 * Whether a warning of Node's is one for those who run a program, not those who write it: all but that a configuration in TypeScript
 * is an experiment or takes longer to load. That certificates are not checked is said in our words.
 */
export function isForUsers(warning: Error): boolean {
  const { name, message, code } = warning as NodeJS.ErrnoException;
  return (
    name !== 'ExperimentalWarning' &&
    code !== 'MODULE_TYPELESS_PACKAGE_JSON' &&
    !message.includes(VARIABLE)
  );
}
