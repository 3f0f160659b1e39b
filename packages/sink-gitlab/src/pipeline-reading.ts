import type { PipelinePath, PipelinePlace, PipelineReading, PipelineSource } from '@keyturn/core';

const SCRIPTS = new Set<unknown>(['script', 'before_script', 'after_script']);
const SHELL = /^\$(?:(\w+)|\{(\w+)\})$/;

/** How pipelines refer to variables of the project and the group: jobs get all of them, so most are not mentioned. */
export const reading: PipelineReading = {
  placeOf,
  sourceOf,
  lineFor: (variable, secret) => (variable === secret ? undefined : `${variable}: $${secret}`),
  isAmbient: true,
  includeOf,
};

function placeOf(path: PipelinePath): PipelinePlace | undefined {
  const script = path.slice(0, 2).findIndex((key) => SCRIPTS.has(key));
  if (script >= 0) return { depth: script };
  const at = path.indexOf('variables');
  const variable = path[at + 1];
  if (at < 0 || at > 1 || typeof variable !== 'string') return undefined;
  const isValue = path.length === at + 2 || (path.length === at + 3 && path[at + 2] === 'value');
  return isValue ? { variable, depth: at } : undefined;
}

function sourceOf(text: string): PipelineSource | undefined {
  const [, bare, braced] = SHELL.exec(text) ?? [];
  const reference = bare ?? braced;
  if (reference !== undefined) return { reference };
  return /\$/.test(text) ? undefined : { literal: text };
}

/** Patterns, other projects and addresses are not followed. */
function includeOf(path: PipelinePath, text: string): string | undefined {
  if (path[0] !== 'include' || /[*:]/.test(text)) return undefined;
  const last = path.at(-1);
  const isLocal = last === 'local' || last === 'include' || typeof last === 'number';
  return isLocal && path.length <= 3 && /\.ya?ml$/.test(text)
    ? text.replace(/^\/+/, '')
    : undefined;
}
