import { exitOf } from '../../packages/cli/src/exit.ts';
import type { ErrorCode } from '../../packages/core/src/index.ts';
import { errorCodes } from '../../packages/core/src/contracts/errors.ts';
import type { Manual } from './manual.ts';

const HEAD = '| exit | meaning |\n| --- | --- |\n';

/** A page with its table of exit codes as the program has them. */
export function withExitTable(page: string, { exits }: Manual): string {
  const rows = exits.map(({ code, meaning }) => `| ${code} | ${meaning} |\n`).join('');
  return page.replace(/\| exit \| meaning \|\n(?:\|.*\n)*/, () => HEAD + rows);
}

/** The catalogue of errors with how each ends, in a line below its heading. */
export function withExits(catalogue: string): string {
  return catalogue.replaceAll(/^## (\w+)\n\n(?:\*Exit .*\*\n\n)?/gm, (heading, code: string) =>
    isCode(code) ? `## ${code}\n\n*${endOf(code)}*\n\n` : heading,
  );
}

function isCode(text: string): text is ErrorCode {
  return Object.hasOwn(errorCodes, text);
}

function endOf(code: ErrorCode): string {
  return `Exit ${exitOf(code)}${errorCodes[code].retryable ? ', passing' : ''}`;
}
