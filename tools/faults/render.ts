import { exceptions } from './exceptions.ts';
import { codes, purposes } from './expected.ts';
import { faults } from './fault.ts';
import type { Purpose } from './row.ts';
import { rows } from './rows/all.ts';

const table = (head: readonly string[], lines: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const requestsFor = (purpose: Purpose): string =>
  rows
    .filter((row) => row.purpose === purpose)
    .map(({ provider, request }) => `- ${provider}: \`${request}\``)
    .join('\n');

const shown = (result: string): string => result.replaceAll(/[A-Z]+(?:_[A-Z]+)+|CODE/g, '`$&`');

/** The page of the matrix. Nothing in it depends on the run that wrote it, so that it can be checked without one. */
export function render(): string {
  const kinds = Object.keys(purposes) as Purpose[];
  const fitting = exceptions.map(({ rows: pattern, faults: names, result, why }) => {
    const fits = rows.filter(({ provider, request }) => pattern.test(`${provider} ${request}`));
    const [first] = fits;
    const more = fits.length > 1 ? ` and ${fits.length - 1} more` : '';
    const which = names.length === faults.length ? 'all others' : names.join(', ');
    return [
      first === undefined ? '' : `${first.provider}: \`${first.request}\`${more}`,
      which,
      shown(result),
      why,
    ];
  });
  return `# What comes of every fault

Made by \`npm run faults\`, which lets each of ${faults.length} faults happen to each of ${rows.length} requests (${faults.length * rows.length} cells) between the real adapters and
the sandbox's servers, and fails where anything but this comes of it. A fault happens to every try of the request until the run is over. After each:
no sink holds a token that was revoked, nobody else's token was touched, what stands beside our secrets is as it was, no secret and no control
character of a server was shown or kept, and one run without faults leaves exactly one token, which every sink has.
The same faults in the requests that carry secrets are gone through by \`keyturn rotate --debug\`, and nothing secret is in what it prints and keeps.
A shorter run, with one place of each kind, is part of \`npm test\`.

## Faults

${table(
  ['fault', 'what happens', '`CODE`', 'why'],
  faults.map(({ name, what }) => [
    name,
    what,
    `\`${codes[name]?.code ?? ''}\``,
    codes[name]?.why ?? '',
  ]),
)}

Faults that are «done» take effect on the server before the answer is spoilt.

## What comes of them

The outcome of a rotation is what \`rotate --json\` says; [errors](errors.md) has the codes, and with what each ends. \`unsure\`: the error says that it may have happened, for
everything but refusals and an expired certificate.

${table(
  ['the request', 'what comes of it', 'why'],
  kinds.map((kind) => [`[${kind}](#${kind})`, shown(purposes[kind].result), purposes[kind].why]),
)}

## Exceptions

${table(['request', 'fault', 'what comes of it', 'why'], fitting)}

## Requests

${kinds.map((kind) => `### ${kind}\n\n${requestsFor(kind)}`).join('\n\n')}
`;
}
