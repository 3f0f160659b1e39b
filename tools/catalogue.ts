import ts from 'typescript';

/** A function of a catalogue: its name, its parameters, and what a sink calls it with. */
export interface Message {
  readonly name: string;
  readonly parameters: string;
  readonly values: string;
}

/** Splits a sink that is one file: its errors go to a catalogue, one message for each, in their order. */
export function withCatalogue(
  source: string,
  messages: readonly Message[],
): { readonly sink: string; readonly catalogue: string } {
  const errors = errorsIn(source);
  if (errors.length !== messages.length)
    throw new Error(`the template creates ${errors.length} errors, not ${messages.length}`);
  const functions = messages.map(
    ({ name, parameters }, i) =>
      `export const ${name} = (${parameters}): KeyturnError =>\n  ${errors[i]?.getText() ?? ''};\n`,
  );
  let sink = source;
  for (const [i, error] of [...errors.entries()].toReversed()) {
    const { name = '', values = '' } = messages[i] ?? {};
    sink = `${sink.slice(0, error.getStart())}${name}(${values})${sink.slice(error.getEnd())}`;
  }
  const names = messages.map(({ name }) => name).join(', ');
  return {
    sink: sink
      .replace(' KeyturnError,', '')
      .replace('\n\n', `\n\nimport { ${names} } from './messages.ts';\n\n`),
    catalogue: [
      "import { KeyturnError } from '@keyturn/core';\n",
      '/** Everything that this package says to users: code, message and hint, side by side. */\n',
      ...functions,
    ].join('\n'),
  };
}

function errorsIn(source: string): ts.NewExpression[] {
  const found: ts.NewExpression[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isNewExpression(node) && node.expression.getText() === 'KeyturnError') found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('sink.ts', source, ts.ScriptTarget.Latest, true));
  return found;
}
