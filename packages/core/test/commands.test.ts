import { describe, expect, it } from 'vitest';

import { printable } from '../src/index.ts';
import { withoutCommands } from '../src/unstable.ts';

/** As GitHub's runner reads a log (actions/runner, ActionCommand.cs); unseen characters count for nothing in its comparisons. */
function isCommand(log: string): boolean {
  return log.split(/\r\n|\r|\n/).some((line) => {
    const seen = line.replaceAll(/[\p{Cf}\p{M}\p{Cc}]/gu, '').trimStart();
    return (
      (seen.startsWith('::') && seen.includes('::', 2)) ||
      /##(?:vso|teamcity)?\[/i.test(seen) ||
      /section_(?:start|end):\d/.test(seen)
    );
  });
}

const commands = [
  '::error title=x::y',
  '::stop-commands::k',
  '\t  ::add-mask::a',
  'said\n::set-output name=a::b',
  'said\r::add-mask::e',
  'x ##[error]y',
  '##[group]a ##[endgroup]',
  '###[debug]x',
  '##vso[task.setvariable variable=x]y',
  "a ##teamcity[message text='x']",
  'section_start:1:a[collapsed=true]\r\u001B[0Kb',
  'section_end:1:a\r\u001B[0K',
  '\u200B::error::x',
  ':\u00AD:error::x',
  '#\u200D#[error]x',
  '##\uFE0Fvs\u00ADo[task.complete]',
  '\u00A0\u3000::error::x',
  '\u0000::error::x',
];

describe('a text of somebody else', () => {
  it.each(commands)('is no command to a CI: %j', (text) => {
    expect(isCommand(text)).toBe(true);
    expect(isCommand(withoutCommands(text))).toBe(false);
    expect(isCommand(printable(text))).toBe(false);
  });

  it.each(commands)('is the same in JSON after it: %j', (text) => {
    const json = JSON.stringify({ text, [text]: [`\\${text}`] });
    expect(JSON.parse(withoutCommands(json))).toEqual(JSON.parse(json));
  });

  it.each(['a::b::c', 'std::vector', '# Title', '## Title [x]', 'Retry ::1 later', 'section_x:1'])(
    'stays as it is where it is none: %s',
    (text) => {
      expect(withoutCommands(text)).toBe(text);
    },
  );

  it('stays readable', () => {
    expect(withoutCommands('::error::x\n ##[error]y')).toBe(
      String.raw`\u003a:error::x
 \u0023#[error]y`,
    );
  });

  it('costs no more than its length', () => {
    for (const piece of ['\n', ' ', '#', ':', '\u200B', '#\u200B', '\n '])
      expect(withoutCommands(piece.repeat(200_000)).length).toBeGreaterThan(0);
  });
});
