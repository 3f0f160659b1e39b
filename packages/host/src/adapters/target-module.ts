import { KeyturnError, parseTarget } from '@keyturn/core';

import { kindInvalid, modulePathUndotted, moduleTargetInvalid } from '../messages.ts';

/** The kind of an issuer, a sink or a store. It becomes part of a package's name, so it must not contain a path. */
export const KIND: RegExp = /^[a-z][a-z0-9-]{0,63}$/;

/** @throws {KeyturnError} `USAGE_INVALID` */
export function checkKind(role: string, kind: string): void {
  if (!KIND.test(kind)) throw kindInvalid(role, kind);
}

/** A sink from a module of the user: `./sinks/vercel.ts:my-project`. */
export interface ModuleTarget {
  /** The module's path, as it was written. */
  readonly module: string;
  /** What the sink of the module points at, without its kind: `my-project`. */
  readonly rest: string;
}

const EXTENSION = String.raw`\.(?:ts|mts|js|mjs)`;
const PATH = String.raw`(?:\.{1,2}[/\\]|/|[A-Za-z]:[/\\])[^?]*${EXTENSION}`;
const MODULE = new RegExp(`^${PATH}$`);
const TARGET = new RegExp(`^(${PATH}):(.*)$`, 's');
const UNDOTTED = new RegExp(`^[^:?]*${EXTENSION}:`);

/** Splits a target that begins with the path of a module; undefined for `KIND:PATH`. */
export function parseModuleTarget(text: string): ModuleTarget | undefined {
  const [, module, rest] = TARGET.exec(text) ?? [];
  return module === undefined || rest === undefined ? undefined : { module, rest };
}

/** Whether a text is the path of a module instead of a kind: `./sinks/vercel.ts`. */
export function isModulePath(text: string): boolean {
  return MODULE.test(text);
}

/**
 * Checks a sink's target as far as possible without its adapter.
 *
 * @throws {KeyturnError} `TARGET_INVALID`
 */
export function checkTarget(text: string): void {
  const found = parseModuleTarget(text);
  if (found === undefined && UNDOTTED.test(text)) throw modulePathUndotted(text);
  if (found === undefined) checkKind('sink', parseTarget(text).kind);
  else checkRest(found);
}

/** Only the module knows its kind; until it is loaded, any kind will do. */
function checkRest({ module, rest }: ModuleTarget): void {
  const kind = 'module:';
  try {
    parseTarget(kind + rest);
  } catch (error) {
    if (!KeyturnError.is(error)) throw error;
    throw moduleTargetInvalid(error.message.replace(kind, `${module}:`));
  }
}
