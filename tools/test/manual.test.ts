import { spawnSync } from 'node:child_process';

import { describe, expect, it } from 'vitest';

import { withExits, withExitTable } from '../manual/errors.ts';
import { readManual, type Manual } from '../manual/manual.ts';
import { toMarkdown } from '../manual/markdown.ts';
import { toRoff } from '../manual/roff.ts';

const manual = await readManual();
const commands = manual.sections.flatMap((section) => section.commands);
const hostile: Manual = {
  ...manual,
  sections: [
    {
      title: 'Hostile:',
      commands: commands.slice(0, 1).map((command) => ({
        ...command,
        summary: '.so /etc/passwd',
        options: [{ flags: '--x <y>', description: "'ds a \\\\ | b" }],
        examples: [
          { line: '.so x', does: 'a' },
          { line: "'so y", does: 'b' },
        ],
      })),
    },
  ],
};

const hasMandoc = spawnSync('mandoc', ['-T', 'lint', '/dev/null']).error === undefined;
if (!hasMandoc)
  process.stdout.write(
    'manual.test.ts skips mandoc: it is not installed (apt-get install mandoc)\n',
  );

const hasGroff = spawnSync('groff', ['--version']).error === undefined;

describe('the manual', () => {
  const markdown = toMarkdown(manual);
  const page = toRoff(manual);

  it.each(commands)('tells everything of $name', ({ name, summary, options, examples }) => {
    const [section = ''] = markdown.split(`### keyturn ${name}\n`).slice(1);
    const [part = ''] = section.split(/^##/m);
    expect(part.toLowerCase()).toContain(summary.toLowerCase());
    for (const { flags } of options) expect(part).toContain(`| \`${flags}\` |`);
    for (const { line, does } of examples) expect(part).toContain(`# ${does}\n${line}`);
  });

  it('tells what every adapter reads of the environment, and every exit code', () => {
    const variables = manual.environment.flatMap((one) => one.variables);
    expect(variables.length).toBeGreaterThan(20);
    for (const { name } of variables) expect(markdown).toContain(`| \`${name}\` |`);
    expect(manual.exits.map(({ code }) => code)).toEqual([0, 1, 2, 3, 4, 5, 6, 130]);
    for (const { code, meaning } of manual.exits)
      expect(markdown).toContain(`| ${code} | ${meaning} |`);
  });

  it.skipIf(!hasMandoc)('is a page that mandoc finds nothing wrong with', () => {
    const lint = (input: string): string[] =>
      spawnSync('mandoc', ['-T', 'lint', '-W', 'warning'], { input, encoding: 'utf8' })
        .stdout.split('\n')
        // A build must not depend on the day.
        .filter((line) => line !== '' && !line.includes('missing date'));
    expect(lint(page)).toEqual([]);
    expect(lint(toRoff(hostile))).toEqual([]);
    const shown = spawnSync('mandoc', ['-T', 'ascii'], { input: page, encoding: 'utf8' }).stdout;
    for (const { name } of commands) expect(withoutBold(shown)).toContain(`keyturn ${name} `);
  });

  it.skipIf(!hasGroff)('is a page that groff finds nothing wrong with', () => {
    const options = ['-man', '-Tutf8', '-ww'];
    for (const input of [page, toRoff(hostile)]) {
      const { status, stderr } = spawnSync('groff', options, { input, encoding: 'utf8' });
      expect([status, stderr]).toEqual([0, '']);
    }
  });

  it('cannot be told to do something by what it tells', () => {
    expect(toRoff(hostile)).not.toMatch(/^[.']so/m);
    expect(toRoff(hostile)).toContain('\\&.so /etc/passwd');
    expect(toMarkdown(hostile)).toContain("'ds a \\\\ \\| b |");
  });
});

describe('the exit codes of a page', () => {
  it('are put below the headings of errors, once', () => {
    const once = withExits('# A\n\n## STATE_BUSY\n\nText.\n\n## Other\n\nText.\n');
    expect(once).toBe('# A\n\n## STATE_BUSY\n\n*Exit 5, passing*\n\nText.\n\n## Other\n\nText.\n');
    expect(withExits(once)).toBe(once);
    expect(withExits(once.replace('Exit 5', 'Exit 2'))).toBe(once);
  });

  it('are corrected in a table', () => {
    const table = withExitTable(
      'a\n\n| exit | meaning |\n| --- | --- |\n| 9 | old |\n\nb\n',
      manual,
    );
    expect(table).toMatch(/^a\n\n\| exit \| meaning \|\n\| --- \| --- \|\n\| 0 \| done/);
    expect(table).toMatch(/\| 130 \| [^\n]+ \|\n\nb\n$/);
    expect(table).not.toContain('| 9 |');
  });
});

/** A letter in bold is that letter, a step back, and it again. */
function withoutBold(shown: string): string {
  return shown
    .split('\b')
    .map((part, index, parts) => (index < parts.length - 1 ? part.slice(0, -1) : part))
    .join('');
}
