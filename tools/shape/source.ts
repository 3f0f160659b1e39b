import ts from 'typescript';

/** What the rules want to know of a source file. */
export interface SourceFacts {
  /** Nothing but `export … from '…'`. */
  readonly exportsOnly: boolean;
  /** Lines where plaintext leaves a Secret: `.reveal(…)`, or core's `reveal(…)`. */
  readonly reveals: readonly number[];
  /** Lines that name Node's `process`. */
  readonly processes: readonly number[];
  /** Lines that name the `console`. */
  readonly consoles: readonly number[];
  /** Lines that create a `KeyturnError`. */
  readonly errors: readonly number[];
  readonly imports: readonly ImportFact[];
  /** What errors say is to be done: texts given as `hint`, with `${}` for what they put in. */
  readonly hints: readonly { readonly line: number; readonly text: string }[];
}

interface ImportFact {
  readonly line: number;
  /** `@octokit/rest`, `node:fs`, `./a.ts`. */
  readonly specifier: string;
  readonly typeOnly: boolean;
  /** `import('…')`: loaded when it is used. */
  readonly lazy?: true;
}

/** Read from the syntax tree, so that comments and texts do not count. */
export function factsOf(text: string): SourceFacts {
  const file = ts.createSourceFile('file.ts', text, ts.ScriptTarget.Latest, true);
  const reveals: number[] = [];
  const processes: number[] = [];
  const consoles: number[] = [];
  const errors: number[] = [];
  const imports: ImportFact[] = [];
  const hints: { line: number; text: string }[] = [];
  const lineOf = (node: ts.Node): number =>
    file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && nameOf(node.expression) === 'reveal')
      reveals.push(lineOf(node));
    if (ts.isNewExpression(node) && nameOf(node.expression) === 'KeyturnError')
      errors.push(lineOf(node));
    if (isGlobal(node, 'process')) processes.push(lineOf(node));
    if (isGlobal(node, 'console')) consoles.push(lineOf(node));
    if (ts.isPropertyAssignment(node) && nameOf(node.name) === 'hint')
      hints.push(...textsOf(node.initializer).map((said) => ({ line: lineOf(node), text: said })));
    const imported = importOf(node);
    if (imported !== undefined) {
      imports.push({ line: lineOf(node), ...imported });
      if (/^(?:node:)?process$/.test(imported.specifier)) processes.push(lineOf(node));
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  const exportsOnly = file.statements.every(
    (statement) => ts.isExportDeclaration(statement) && statement.moduleSpecifier !== undefined,
  );
  return { exportsOnly, reveals, processes, consoles, errors, imports, hints };
}

/** The texts that an expression may be, as far as they stand in it. */
function textsOf(node: ts.Expression): string[] {
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isTemplateExpression(node))
    return [
      node.head.text + node.templateSpans.map(({ literal }) => `\${}${literal.text}`).join(''),
    ];
  return ts.isConditionalExpression(node)
    ? [...textsOf(node.whenTrue), ...textsOf(node.whenFalse)]
    : [];
}

/** The last name of `a`, `a.b` and `a?.b`. */
function nameOf(node: ts.Node): string | undefined {
  if (ts.isIdentifier(node)) return node.text;
  return ts.isPropertyAccessExpression(node) ? node.name.text : undefined;
}

/** A use of the global of that name, `globalThis.name` too; not a property or local that is called so. */
function isGlobal(node: ts.Node, name: string): boolean {
  if (!ts.isIdentifier(node) || node.text !== name || isLocal(node)) return false;
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) && parent.name === node)
    return nameOf(parent.expression) === 'globalThis';
  const named = parent as { name?: ts.Node; propertyName?: ts.Node };
  return named.name !== node && named.propertyName !== node;
}

/** Bound by a parameter or a variable around it. */
function isLocal(identifier: ts.Identifier): boolean {
  const binder = ts.findAncestor(identifier, (ancestor) => {
    if (ts.isFunctionLike(ancestor))
      return ancestor.parameters.some(({ name }) => nameOf(name) === identifier.text);
    if (!ts.isBlock(ancestor) && !ts.isSourceFile(ancestor)) return false;
    return ancestor.statements
      .filter((statement) => ts.isVariableStatement(statement))
      .flatMap(({ declarationList }) => [...declarationList.declarations])
      .some(({ name }) => nameOf(name) === identifier.text);
  });
  return binder !== undefined;
}

function importOf(node: ts.Node): Omit<ImportFact, 'line'> | undefined {
  if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
    const typeOnly = node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
    return { specifier: node.moduleSpecifier.text, typeOnly };
  }
  if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined)
    return ts.isStringLiteral(node.moduleSpecifier)
      ? { specifier: node.moduleSpecifier.text, typeOnly: node.isTypeOnly }
      : undefined;
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    const [argument] = node.arguments;
    if (argument !== undefined && ts.isStringLiteralLike(argument))
      return { specifier: argument.text, typeOnly: false, lazy: true };
  }
  return undefined;
}

/** A place of a source file where something is written. */
export interface Mention {
  readonly line: number;
  /** The whole comment, text or name that it is in. */
  readonly text: string;
  readonly kind: 'comment' | 'text' | 'code';
}

/** Where a source file mentions something: in its comments, its texts, or its code. */
export function mentionsOf(source: string, wanted: RegExp): readonly Mention[] {
  const file = ts.createSourceFile('file.ts', source, ts.ScriptTarget.Latest, true);
  const found: Mention[] = [];
  const note = (start: number, text: string, kind: Mention['kind']): void => {
    if (!wanted.test(text)) return;
    found.push({ line: file.getLineAndCharacterOfPosition(start).line + 1, text, kind });
  };
  const seen = new Set<number>();
  const visit = (node: ts.Node): void => {
    for (const { pos, end } of ts.getLeadingCommentRanges(source, node.getFullStart()) ?? []) {
      if (!seen.has(pos)) note(pos, source.slice(pos, end), 'comment');
      seen.add(pos);
    }
    if (node.getChildCount(file) === 0 && node.kind !== ts.SyntaxKind.EndOfFileToken) {
      const isText = ts.isStringLiteralLike(node) || ts.isTemplateLiteralToken(node);
      note(node.getStart(file), isText ? node.text : node.getText(file), isText ? 'text' : 'code');
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}
