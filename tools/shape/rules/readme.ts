import { nameOf, type Package, type Problem } from '../workspace.ts';

const ADAPTER = ['Install', 'Use', 'Options', 'Permissions', 'Limits', 'Errors'];
const OTHER = ['Install', 'Use'];

/** READMEs are alike: who knows one finds everything in the next. */
export function* readmeRule(one: Package): Iterable<Problem> {
  const { folder, layer, files } = one;
  const text = files.get('README.md');
  if (text === undefined) return;
  const file = `packages/${folder}/README.md`;
  const [title, ...rest] = withoutCode(text).trim().split('\n');
  if (title !== `# ${nameOf(one)}`)
    yield { file, message: `does not begin with "# ${nameOf(one)}"` };
  const [introduction = ''] = rest.join('\n').split(/^## /m);
  if (introduction.trim() === '') yield { file, message: 'does not say in a sentence what it is' };
  const sections = rest
    .filter((line) => line.startsWith('## '))
    .map((line) => line.slice(3).trim());
  const wanted = layer.adapter ? ADAPTER : OTHER;
  if (sections.join() !== wanted.join())
    yield {
      file,
      message: `its sections are ${sections.join(', ') || 'none'}, not ${wanted.join(', ')}`,
    };
}

function withoutCode(markdown: string): string {
  return markdown.replaceAll(/^(```+)[^\n]*\n[\s\S]*?^\1\s*$/gm, '');
}
