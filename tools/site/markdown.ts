import { relative } from 'node:path';

import { renderMermaidSVG } from 'beautiful-mermaid';

import { linkOn, root } from './pages.ts';

interface Token {
  readonly type: string;
  readonly info: string;
  readonly content: string;
  readonly children: readonly Token[] | null;
  readonly attrGet: (name: string) => string | null;
  readonly attrSet: (name: string, value: string) => void;
}

type Rule = (tokens: readonly Token[], index: number, ...rest: never[]) => string;

/** What is used of markdown-it, whose types VitePress does not pass on. */
interface Markdown {
  readonly core: {
    readonly ruler: {
      readonly push: (
        name: string,
        rule: (state: { readonly tokens: readonly Token[]; readonly env: Environment }) => void,
      ) => void;
    };
  };
  readonly renderer: { readonly rules: { fence?: Rule } };
}

interface Environment {
  readonly path?: string;
  /** The file, if the page has another path. */
  readonly realPath?: string;
}

/** Makes pages of the site out of what GitHub shows: links lead to pages, and diagrams are drawn. */
export function fromGitHub(markdown: Markdown): void {
  markdown.core.ruler.push('links-of-the-repository', ({ tokens, env }) => {
    const file = relative(root, env.realPath ?? env.path ?? '').replaceAll('\\', '/');
    for (const token of tokens.flatMap((one) => one.children ?? []))
      if (token.type === 'link_open')
        token.attrSet('href', linkOn(file, token.attrGet('href') ?? ''));
  });
  const { fence } = markdown.renderer.rules;
  markdown.renderer.rules.fence = (tokens, index, ...rest) => {
    const { info, content } = tokens[index] ?? { info: '', content: '' };
    return info === 'mermaid' ? diagram(content) : (fence?.(tokens, index, ...rest) ?? '');
  };
}

/** A diagram in the colours of the page: its styles, which also load a font from elsewhere, are those of `style.css`. */
function diagram(source: string): string {
  const svg = renderMermaidSVG(source, { transparent: true })
    .replace(/<style>[\s\S]*?<\/style>/, '')
    .replace(/viewBox="0 0 (\S+) (\S+)" width="\S+" height="\S+"/, withMargin);
  return `<div class="diagram" tabindex="0" role="img" aria-label="${nameOf(source)}" v-pre>${svg}</div>\n`;
}

/** Texts of a sequence can be wider than the steps that they belong to. */
function withMargin(_: string, width: string, height: string): string {
  const margin = 40;
  const whole = Math.ceil(Number(width)) + 2 * margin;
  return `viewBox="-${margin} 0 ${whole} ${height}" width="${whole}"`;
}

function nameOf(source: string): string {
  const kind = /^[a-z]+/.exec(source.trim())?.[0] ?? '';
  return (
    {
      flowchart: 'A diagram of layers',
      state: 'A diagram of states',
      sequence: 'A diagram of steps',
    }[kind] ?? 'A diagram'
  );
}

/** The anchors of headings as GitHub makes them, so that a link works in both places. */
export function anchorOf(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{Letter}\p{Mark}\p{Number}\p{Connector_Punctuation}\s-]/gu, '')
    .replaceAll(/\s/g, '-');
}
