/** The whole style of the page. No animations; every colour has a contrast of at least 4.5 to 1. */
export const style = `
:root {
  color-scheme: light dark;
  --ground: #fff; --panel: #f6f8fa; --line: #d1d9e0; --text: #1f2328; --dim: #59636e; --link: #0969da;
  --note: #59636e; --warning: #9a6700; --problem: #cf222e; --fine: #1a7f37; --bar: #0969da; --bar-2: #54aeff; --kept: #bf8700;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --ground: #0d1117; --panel: #161b22; --line: #30363d; --text: #e6edf3; --dim: #9198a1; --link: #58a6ff;
    --note: #9198a1; --warning: #d29922; --problem: #ff7b72; --fine: #3fb950; --bar: #388bfd; --bar-2: #79c0ff; --kept: #d29922;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0 auto; padding: 1rem; max-width: 72rem; background: var(--ground); color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere;
}
h1 { font-size: 1.6rem; margin: 0; } h2 { font-size: 1.25rem; margin: 2rem 0 .75rem; } h3 { font-size: 1.1rem; margin: 0; }
p { margin: .25rem 0; } a { color: var(--link); } :focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
code { font: .9em ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace; }
.dim, figcaption, caption, dt, th { color: var(--dim); }
.note { color: var(--note); } .warning { color: var(--warning); } .problem { color: var(--problem); } .fine { color: var(--fine); }
.skip { position: absolute; left: -100vw; } .skip:focus { position: static; }
ul.findings, nav ul { list-style: none; margin: 0; padding: 0; }
.findings li { padding: .5rem 0; border-top: 1px solid var(--line); }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1rem; margin-top: .5rem; }
article { background: var(--panel); border: 1px solid var(--line); border-radius: 8px; padding: 1rem; margin: 0 0 1rem; }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(13rem, 100%), 1fr)); gap: .75rem; margin: .75rem 0; }
time { white-space: nowrap; } dt { font-size: .85rem; } dd { margin: 0; }
svg { display: block; width: 100%; border: 1px solid var(--line); border-radius: 4px; background: var(--ground); }
.age { height: .75rem; max-width: 16rem; } .lanes { height: 2.5rem; }
.a { fill: var(--bar); } .b { fill: var(--bar-2); } .kept-bar { fill: var(--kept); } .bad { fill: var(--problem); } .now { fill: var(--text); }
.over { fill: var(--problem); } .near { fill: var(--kept); }
figure { margin: 1rem 0; } figcaption { font-size: .85rem; }
.ends { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 1rem; font-size: .85rem; } .ends :last-child { text-align: right; }
table { width: 100%; table-layout: fixed; border-collapse: collapse; margin: 1rem 0 0; font-size: .9rem; }
caption { text-align: left; font-weight: 600; padding: .25rem 0; }
th, td { text-align: left; vertical-align: top; padding: .35rem .5rem .35rem 0; border-top: 1px solid var(--line); }
th:first-child { width: 40%; } .past th:first-child { width: 24%; } .past th:nth-child(2) { width: 18%; }
tbody th { color: inherit; font-weight: inherit; } td ul { margin: 0; padding-left: 1.1rem; }
footer { margin-top: 2rem; font-size: .85rem; }
@media (max-width: 40rem) {
  article { padding: .75rem; } dd .dim { font-size: .85em; }
  table, caption, tbody, tr, tbody th, td { display: block; } thead { position: absolute; left: -100vw; }
  tr { border-top: 1px solid var(--line); padding: .35rem 0; } tbody th:first-child, .past tbody th, td { width: auto; border: 0; padding: 0; }
}
@media print {
  nav, .skip { display: none; } body { max-width: none; padding: 0; font-size: 10pt; }
  article { background: none; } figure, tr, .findings li { break-inside: avoid; } svg { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
