import { secretsIn, type Known, type Sighting } from './secret-like.ts';

/** A secret and its place. */
export interface Place extends Sighting {
  readonly file: string;
  readonly line: number;
}

/** Parses `git grep -z -n -C1`: `FILE\0LINE\0TEXT`, with `--` between lines that are not adjacent. */
export function readGrep(output: string, known: Known): Place[] {
  const lines: { file: string; line: number; text: string }[] = [];
  let rest = 0;
  for (;;) {
    const first = output.indexOf('\0', rest);
    const second = output.indexOf('\0', first + 1);
    if (first < 0 || second < 0) break;
    const end = output.indexOf('\n', second);
    const file = output.slice(rest, first).replace(/^--\n/, '');
    const line = Number(output.slice(first + 1, second));
    lines.push({ file, line, text: output.slice(second + 1, end < 0 ? undefined : end) });
    if (end < 0) break;
    rest = end + 1;
  }
  return lines.flatMap(({ file, line, text }, index) => {
    const neighbours = [lines[index - 1], lines[index + 1]]
      .filter((other) => other?.file === file && Math.abs(other.line - line) === 1)
      .map((other) => other?.text ?? '');
    return secretsIn(text, neighbours, known).map((found) => ({ ...found, file, line }));
  });
}

/** A secret that a commit wrote. */
export interface Written extends Sighting {
  readonly file: string;
  readonly commit: string;
}

/** Parses `git log -p -U1 --format=%x00%H` as a stream: passes on added secrets, and counts commits. */
export function logReader(
  known: Known,
  found: (written: Written) => void,
): { take: (text: string) => void; end: () => { commits: number } } {
  let commits = 0;
  let pending = '';
  let commit = '';
  let file = '';
  let inHunk = false;
  /** The last two lines, without their signs; a line is judged when the next one is known. */
  let before = '';
  let current: string | undefined;
  const judgeWith = (after: string): void => {
    if (current?.startsWith('+') === true)
      for (const sighting of secretsIn(current.slice(1), [before, after], known))
        found({ ...sighting, file, commit });
    before = current?.slice(1) ?? '';
    current = undefined;
  };
  const line = (text: string): void => {
    if (text.startsWith('\0')) {
      judgeWith('');
      commit = text.slice(1);
      commits++;
      inHunk = false;
    } else if (text.startsWith('diff --git ')) {
      judgeWith('');
      inHunk = false;
    } else if (text.startsWith('@@')) {
      judgeWith('');
      before = '';
      inHunk = true;
    } else if (!inHunk && text.startsWith('+++ ')) {
      file = nameIn(text.slice(4));
    } else if (inHunk && /^[ +-]/.test(text)) {
      judgeWith(text.slice(1));
      current = text;
    }
  };
  return {
    take: (text) => {
      const lines = (pending + text).split('\n');
      pending = lines.pop() ?? '';
      for (const one of lines) line(one);
    },
    end: () => {
      line(pending);
      judgeWith('');
      return { commits };
    },
  };
}

/** `b/FILE`, quoted if it contains unusual characters. */
function nameIn(text: string): string {
  return text.replace(/\t$/, '').replace(/^(")?b\//, '$1');
}
