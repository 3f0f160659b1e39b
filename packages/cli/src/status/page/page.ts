import { createHash } from 'node:crypto';

import { markup, Markup, none } from '../../output/markup.ts';
import type { Measured } from '../measure.ts';
import { rotationArticle } from './rotation.ts';
import { style } from './style.ts';
import { anchor, badge, time } from './words.ts';
import { severities, levelOf, needsAttention } from '@keyturn/host/status';
import { count } from '@keyturn/host/text';

/** The status of the rotations as a static page that loads and runs nothing. */
export function statusPage(rotations: readonly Measured[], now: number): string {
  const waiting = rotations.filter(({ findings }) => needsAttention(findings)).length;
  const summary =
    waiting === 0 ? 'none needs attention' : `${waiting} need${waiting === 1 ? 's' : ''} attention`;
  const page = markup`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy()}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <meta name="robots" content="noindex" />
        <title>${count(rotations.length, 'rotation')}, ${summary} · keyturn</title>
        <style>${STYLE}</style>
      </head>
      <body>
        <a class="skip" href="#main">Skip to the findings</a>
        <header>
          <h1>Rotations</h1>
          <p>
            ${count(rotations.length, 'rotation')}, ${summary}. Read from the ledgers at
            ${time(new Date(now).toISOString())}.
          </p>
          ${rotations.length > 1 ? navigation(rotations) : none}
        </header>
        <main id="main" tabindex="-1">
          <section aria-labelledby="findings">
            <h2 id="findings">Findings</h2>
            ${findingsList(rotations)}
          </section>
          <section aria-labelledby="rotations">
            <h2 id="rotations">Details</h2>
            ${rotations.map((one, index) => rotationArticle(one, index, now))}
          </section>
        </main>
        <footer class="dim">
          <p>
            Created by <code>keyturn status --html</code> from the ledgers, without a request to any
            platform.
          </p>
        </footer>
      </body>
    </html> `;
  return page.text;
}

/** The only style that the policy allows. It contains nothing foreign. */
const STYLE = new Markup(style);

function policy(): string {
  const hash = createHash('sha256').update(style).digest('base64');
  return `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
}

function navigation(rotations: readonly Measured[]): Markup {
  const links = rotations.map(
    ({ name, findings }, index) =>
      markup`<li>${badge(levelOf(findings))} <a href="#${anchor(index)}">${name}</a></li>`,
  );
  return markup`<nav aria-label="Rotations">
    <ul>
      ${links}
    </ul>
  </nav>`;
}

function findingsList(rotations: readonly Measured[]): Markup {
  const all = rotations.flatMap(({ name, findings }, index) =>
    findings.map((finding) => ({ name, index, ...finding })),
  );
  if (all.length === 0) return markup`<p>${badge('fine')} No findings.</p>`;
  const sorted = all.toSorted(
    (a, b) => severities.indexOf(b.severity) - severities.indexOf(a.severity),
  );
  const items = sorted.map(
    ({ name, index, severity, text, fix }) =>
      markup`<li>
        ${badge(severity)} <a href="#${anchor(index)}">${name}</a>:
        ${text}.${fix === null ? none : markup`<br /><span class="dim">${fix}</span>`}
      </li>`,
  );
  return markup`<ul class="findings">
    ${items}
  </ul>`;
}
