import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

// The parser that GitHub's own editors use imports JSON as bundlers allow it, and Node does not.
registerHooks({
  load(url, context, next) {
    if (!url.endsWith('.json') || !url.includes('workflow-parser')) return next(url, context);
    const text = readFileSync(fileURLToPath(url), 'utf8');
    return { format: 'module', shortCircuit: true, source: `export default ${text}` };
  },
});

const { NoOperationTraceWriter, parseWorkflow } = await import('@actions/workflow-parser');

/** What GitHub finds wrong with a workflow; empty where nothing is. */
export function workflowErrors(content: string): string[] {
  const file = { name: '.github/workflows/keyturn.yml', content };
  const { context, value } = parseWorkflow(file, new NoOperationTraceWriter());
  const errors = context.errors.getErrors().map(({ message }) => message);
  return value === undefined && errors.length === 0 ? ['it is no workflow'] : errors;
}
