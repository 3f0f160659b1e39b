// Tells people what came of a run in GitHub Actions: annotations, the summary of the job, outputs.
//
//   node report.mjs FILE CODE    the document that `keyturn … --json` printed, and its exit code
import { appendFileSync, readFileSync } from 'node:fs';

/** What each exit code means, and how loudly it is said. */
const MEANINGS = {
  1: ['error', 'unexpected error: a bug'],
  2: ['error', 'invalid usage or configuration'],
  3: ['error', 'incomplete: run it again; nothing that may be in use was revoked'],
  4: ['error', 'denied: credentials were rejected before anything was created'],
  5: ['warning', 'busy: another run holds the lock of this rotation'],
  6: ['warning', 'attention: something is due, out of step or unsafe'],
  130: ['warning', 'interrupted; the ledger is consistent'],
};

/** The lines that GitHub shows at the job. */
export function annotations(document, code) {
  const [level, meaning] = MEANINGS[code] ?? (code === 0 ? [] : ['error', 'it failed']);
  if (level === undefined) return [];
  const failures = [
    ...errorOf('', document?.error),
    ...rotationsOf(document).flatMap(({ name, error }) => errorOf(`${name}: `, error)),
  ];
  const texts = failures.length > 0 ? failures : [`exit ${code}: ${meaning}`];
  return texts.map((text) => `::${level} title=keyturn::${command(text)}`);
}

/** Markdown for the page of the job. */
export function summary(document, code) {
  const rows = rotationsOf(document).map(({ name, outcome, current, sinks = [], graceUntil }) => {
    const delivered = sinks.filter(({ status }) => status !== 'failed').length;
    const cells = [name, outcome, current?.id ?? '', `${delivered} of ${sinks.length}`];
    return [...cells, graceUntil ?? ''].map((cell) => markdown(cell)).join(' | ');
  });
  const head = 'rotation | outcome | token | places | grace until';
  const table =
    rows.length === 0
      ? []
      : [head, '--- | --- | --- | --- | ---', ...rows].map((row) => `| ${row} |`);
  const [, meaning = 'it failed'] = MEANINGS[code] ?? [];
  const notes = [
    ...(code === 0 ? [] : [`Exit ${code}: ${meaning}.`]),
    ...errorOf('', document?.error),
    ...rotationsOf(document).flatMap(({ name, error }) => errorOf(`${name}: `, error)),
    ...listOf(document?.warnings),
  ].map((line) => `- ${markdown(line)}`);
  return `${['## keyturn', '', ...table, '', ...notes].join('\n').trimEnd()}\n`;
}

/** What later steps can use. */
export function outputs(document, code, report) {
  const rotated = rotationsOf(document)
    .filter(({ sinks = [] }) => sinks.some(({ status }) => status === 'delivered'))
    .map(({ name }) => name);
  return [
    `exit-code=${code}`,
    `needs-attention=${code === 6}`,
    `rotated=${JSON.stringify(rotated)}`,
    `report=${report}`,
  ];
}

function rotationsOf(document) {
  return listOf(document?.rotations).filter((one) => typeof one?.name === 'string');
}

function listOf(value) {
  return Array.isArray(value) ? value : [];
}

function errorOf(before, error) {
  if (typeof error?.message !== 'string') return [];
  const hint = typeof error.hint === 'string' ? ` ${error.hint}` : '';
  return [`${before}${error.message}.${hint}`];
}

/** docs: GitHub Actions, workflow commands. */
function command(text) {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** Names may come from anybody: they become no link, image, HTML, mention or cell. */
function markdown(value) {
  return String(value)
    .replaceAll(/\s+/g, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[\\`*_{}[\]()#+!|~$]/g, String.raw`\$&`)
    .replaceAll('@', '&#64;')
    .replaceAll(/(https?|www)(?=[:.])/gi, '$1&#8203;');
}

function parsed(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

if (import.meta.main ?? process.argv[1]?.endsWith('report.mjs')) {
  const [file = '', given = '1'] = process.argv.slice(2);
  const code = Number(given);
  const document = parsed(file);
  for (const line of annotations(document, code)) process.stdout.write(`${line}\n`);
  const { GITHUB_STEP_SUMMARY: page, GITHUB_OUTPUT: out } = process.env;
  if (page) appendFileSync(page, summary(document, code));
  if (out) appendFileSync(out, `${outputs(document, code, file).join('\n')}\n`);
}
