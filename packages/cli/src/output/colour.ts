import type { Environment } from '@keyturn/core';

import type { Host, Output } from '../host.ts';

/**
 * Whether an output shows colours: a terminal does, except a dumb one. `NO_COLOR` switches them off (no-color.org); `FORCE_COLOR` switches
 * them on for a pipe, too (force-color.org), unless it is 0 or false.
 */
export function hasColour(
  { NO_COLOR = '', FORCE_COLOR = '' }: Environment,
  terminal: boolean,
): boolean {
  if (NO_COLOR !== '') return false;
  if (FORCE_COLOR !== '') return !/^(?:0|false)$/i.test(FORCE_COLOR);
  return terminal;
}

/** The host for a command with `--no-color`. */
export function withoutColour(host: Host): Host {
  return { ...host, stdout: plain(host.stdout), stderr: plain(host.stderr) };
}

function plain(output: Output): Output {
  return {
    ...output,
    colour: false,
    get columns() {
      return output.columns;
    },
    get rows() {
      return output.rows ?? 24;
    },
  };
}
