// Turns what a terminal showed (text with colour codes, on stdin) into an SVG (on stdout), dark and light:
// `tmux capture-pane -ep | node tools/picture.ts > docs/images/demo.svg`
import { text } from 'node:stream/consumers';

// oxlint-disable-next-line no-control-regex -- colour codes begin with one
const COLOUR = /\u001B\[([\d;]*)m/;
const CELL = { width: 8.4, height: 19 };
const MARGIN = 16;
const CLASSES: Readonly<Record<string, string>> = {
  '1': 'bold',
  '2': 'dim',
  '31': 'red',
  '32': 'green',
  '33': 'yellow',
  '36': 'cyan',
};
const ENDS: Readonly<Record<string, readonly string[]>> = {
  '22': ['bold', 'dim'],
  '39': ['red', 'green', 'yellow', 'cyan'],
};

const lines = (await text(process.stdin)).trimEnd().split('\n');
const columns = 80;
const width = columns * CELL.width + 2 * MARGIN;
const height = lines.length * CELL.height + 2 * MARGIN;

process.stdout
  .write(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="A terminal that shows a rotation">
<style>
  text { font: 14px ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace; white-space: pre; fill: #1f2328; }
  rect { fill: #f6f8fa; } .bold { font-weight: bold; } .dim { fill: #6e7781; } .red { fill: #cf222e; } .green { fill: #1a7f37; } .yellow { fill: #9a6700; } .cyan { fill: #1b7c83; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; } rect { fill: #161b22; } .dim { fill: #8b949e; } .red { fill: #ff7b72; } .green { fill: #3fb950; } .yellow { fill: #d29922; } .cyan { fill: #39c5cf; }
  }
</style>
<rect width="100%" height="100%" rx="8"/>
${lines.map((line, row) => `<text x="${MARGIN}" y="${MARGIN + (row + 0.75) * CELL.height}">${spans(line)}</text>`).join('\n')}
</svg>
`);

function spans(line: string): string {
  const active = new Set<string>();
  const parts = line.split(COLOUR);
  return parts
    .map((part, i) => {
      if (i % 2 === 0) return span(part, [...active]);
      for (const code of part.split(';')) apply(active, code);
      return '';
    })
    .join('');
}

function apply(active: Set<string>, code: string): void {
  if (code === '' || code === '0') active.clear();
  for (const ended of ENDS[code] ?? []) active.delete(ended);
  const begun = CLASSES[code];
  if (begun !== undefined) active.add(begun);
}

function span(part: string, classes: readonly string[]): string {
  const escaped = part.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  if (escaped === '') return '';
  return classes.length === 0 ? escaped : `<tspan class="${classes.join(' ')}">${escaped}</tspan>`;
}
