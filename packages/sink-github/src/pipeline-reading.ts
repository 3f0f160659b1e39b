import type { PipelinePath, PipelinePlace, PipelineReading, PipelineSource } from '@keyturn/core';

const EXPRESSION = /^\s*\$\{\{([^{}]*)\}\}\s*$/;
const CONTEXT = /^\s*(secrets|vars|env)(?:\.(\w+)|\[\s*'(\w+)'\s*\])\s*$/i;
const SHELL = /^\$(?:(\w+)|\{(\w+)\})$/;

/**
 * How workflows refer to secrets: `env` of the workflow, a job or a step, `with` of an action, and `secrets` of a workflow
 * that is called.
 */
export const reading: PipelineReading = {
  placeOf,
  sourceOf,
  lineFor: (variable, secret) => `${variable}: \${{ secrets.${secret} }}`,
};

function placeOf(path: PipelinePath): PipelinePlace | undefined {
  const [key, variable] = path.slice(-2);
  const at = path.length - 2;
  if (variable === 'run') return { depth: path.length - 1 };
  if (typeof variable !== 'string' || at < 0) return undefined;
  if (key === 'env') return { variable, depth: path[at - 1] === 'container' ? at - 1 : at };
  return key === 'with' || key === 'secrets' ? { variable, depth: at } : undefined;
}

function sourceOf(text: string): PipelineSource | undefined {
  const inner = EXPRESSION.exec(text)?.[1];
  if (inner === undefined) {
    const [, bare, braced] = SHELL.exec(text) ?? [];
    const reference = bare ?? braced;
    if (reference !== undefined) return { reference };
    return text.includes('${{') || text.includes('$') ? undefined : { literal: text };
  }
  const [, context = '', dotted, quoted] = CONTEXT.exec(inner) ?? [];
  const name = dotted ?? quoted;
  if (name === undefined) return undefined;
  if (context.toLowerCase() === 'secrets') return { secret: name };
  return context.toLowerCase() === 'vars' ? { setting: name } : { reference: name };
}
