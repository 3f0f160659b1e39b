import type { PipelinePath, PipelinePlace, PipelineReading, PipelineSource } from '@keyturn/core';

const SHELL = /^\$(?:(\w+)|\{(\w+)\})$/;

/** How a configuration refers to variables of the project and of contexts: jobs get all of them, so most are not mentioned. */
export const reading: PipelineReading = {
  placeOf,
  sourceOf,
  // `environment` takes texts as they are, so that only a script can give a variable another name.
  lineFor: (variable, secret) =>
    variable === secret ? undefined : `export ${variable}="$${secret}"`,
  isAmbient: true,
};

function placeOf(path: PipelinePath): PipelinePlace | undefined {
  const run = path.lastIndexOf('run');
  if (run >= 0 && (run === path.length - 1 || path.at(-1) === 'command')) return { depth: run };
  const [key, variable] = path.slice(-2);
  if (key !== 'environment' || typeof variable !== 'string') return undefined;
  if (run >= 0) return { variable, depth: run };
  // Of a job, or of an image of it.
  return { variable, depth: path[0] === 'jobs' ? 2 : path.length - 2 };
}

function sourceOf(text: string): PipelineSource | undefined {
  const [, bare, braced] = SHELL.exec(text) ?? [];
  const reference = bare ?? braced;
  if (reference !== undefined) return { reference };
  return /\$|<</.test(text) ? undefined : { literal: text };
}
