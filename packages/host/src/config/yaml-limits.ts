import { CST, Parser, type LineCounter } from 'yaml';

import { nestedTooDeep, tooManyOf, type Fault } from '../messages.ts';

/** Far more than any configuration needs: a file beyond these limits is an attack. */
export const LIMITS = { depth: 64, nodes: 100_000, aliases: 1000 } as const;

/** The parser's flat output, or why it is too much. */
export function tokensOf(text: string, lines: LineCounter): CST.Token[] | Fault {
  let tokens: CST.Token[];
  try {
    tokens = [...new Parser(lines.addNewLine).parse(text)];
  } catch (error) {
    // So many levels end at once that the parser, which closes them recursively, runs out of stack.
    if (error instanceof RangeError) return nestedTooDeep(LIMITS.depth);
    throw error;
  }
  return findExcess(tokens) ?? tokens;
}

/** The steps after the parser are recursive, and quadratic in aliases. */
function findExcess(tokens: readonly CST.Token[]): Fault | undefined {
  let level = tokens;
  let nodes = 0;
  let aliases = 0;
  for (let depth = 0; level.length > 0; depth++) {
    nodes += level.length;
    aliases += level.filter(({ type }) => type === 'alias').length;
    if (depth > LIMITS.depth) return nestedTooDeep(LIMITS.depth);
    if (nodes > LIMITS.nodes) return tooManyOf(LIMITS.nodes, 'values');
    if (aliases > LIMITS.aliases) return tooManyOf(LIMITS.aliases, 'aliases');
    level = level.flatMap(children);
  }
  return undefined;
}

function children(token: CST.Token): CST.Token[] {
  const inside = token.type === 'document' ? [token.value] : [];
  const items = CST.isCollection(token) ? token.items : [];
  return [...inside, ...items.flatMap(({ key, value }) => [key, value])].filter(
    (child) => child !== undefined && child !== null,
  );
}
