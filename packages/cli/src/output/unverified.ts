import type { Environment } from '@keyturn/core';

import type { Output } from '../host.ts';
import * as messages from '../messages.ts';
import { schemaVersion } from './json.ts';

const VARIABLE = 'NODE_TLS_REJECT_UNAUTHORIZED';

export const unverified = messages.unverified(VARIABLE);

/** Whether Node accepts every certificate (docs: Node, CLI, `NODE_TLS_REJECT_UNAUTHORIZED`). */
export function isUnverified(env: Environment): boolean {
  return env[VARIABLE] === '0';
}

/** An output that adds the warning to every JSON document, of any command. */
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
 * Whether a warning of Node is for users: all are, except that a configuration in TypeScript is experimental or loads slowly. For
 * unchecked certificates we have our own warning.
 */
export function isForUsers(warning: Error): boolean {
  const { name, message, code } = warning as NodeJS.ErrnoException;
  return (
    name !== 'ExperimentalWarning' &&
    code !== 'MODULE_TYPELESS_PACKAGE_JSON' &&
    !message.includes(VARIABLE)
  );
}
