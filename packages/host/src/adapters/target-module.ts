import { KeyturnError, parseTarget, printable } from '@keyturn/core';

/** The name of an issuer, a sink or a store. It becomes a part of a package's name, so it can hold nothing that leads elsewhere. */
export const KIND: RegExp = /^[a-z][a-z0-9-]{0,63}$/;

/** @throws {KeyturnError} `USAGE_INVALID` */
export function checkKind(role: string, kind: string): void {
  if (KIND.test(kind)) return;
  throw new KeyturnError('USAGE_INVALID', `"${printable(kind, 80)}" is not the kind of a ${role}`, {
    hint: 'Write small letters, digits and dashes, such as github; the first is a letter.',
    effect: 'none',
  });
}

/** A sink from a module of the user's own: `./sinks/vercel.ts:my-project`. */
export interface ModuleTarget {
  /** The module's path, as it was written. */
  readonly module: string;
  /** What the module's sink points at, without its kind: `my-project`. */
  readonly rest: string;
}

const EXTENSION = String.raw`\.(?:ts|mts|js|mjs)`;
const PATH = String.raw`(?:\.{1,2}[/\\]|/|[A-Za-z]:[/\\])[^?]*${EXTENSION}`;
const MODULE = new RegExp(`^${PATH}$`);
const TARGET = new RegExp(`^(${PATH}):(.*)$`, 's');
const UNDOTTED = new RegExp(`^[^:?]*${EXTENSION}:`);

/** Takes a target apart that begins with the path of a module; undefined for `KIND:PATH`. */
export function parseModuleTarget(text: string): ModuleTarget | undefined {
  const [, module, rest] = TARGET.exec(text) ?? [];
  return module === undefined || rest === undefined ? undefined : { module, rest };
}

/** Whether a text that stands for a kind is the path of a module: `./sinks/vercel.ts`. */
export function isModulePath(text: string): boolean {
  return MODULE.test(text);
}

/**
 * Checks what can be checked of a sink's target without its adapter.
 *
 * @throws {KeyturnError} `TARGET_INVALID`
 */
export function checkTarget(text: string): void {
  const found = parseModuleTarget(text);
  if (found === undefined && UNDOTTED.test(text))
    throw new KeyturnError('TARGET_INVALID', `"${text.slice(0, 200)}" is not a target`, {
      hint: `Begin the path of a module with a dot or a slash: ./${text.slice(0, 200)}`,
      effect: 'none',
    });
  if (found === undefined) checkKind('sink', parseTarget(text).kind);
  else checkRest(found);
}

/** The kind is the module's to say; until it is loaded, any stands for it. */
function checkRest({ module, rest }: ModuleTarget): void {
  const kind = 'module:';
  try {
    parseTarget(kind + rest);
  } catch (error) {
    if (!KeyturnError.is(error)) throw error;
    throw new KeyturnError('TARGET_INVALID', error.message.replace(kind, `${module}:`), {
      hint: 'Write MODULE:PATH, such as ./sinks/vercel.ts:my-project?environment=production.',
      effect: 'none',
    });
  }
}
