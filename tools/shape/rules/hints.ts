import { factsOf } from '../source.ts';
import type { Package, Problem } from '../workspace.ts';

/** How a sentence begins that describes, where a hint has to say what to do. */
const DESCRIBES = /^(?:A|An|It|Its|Nothing|That|The|There|This) /;

/** A hint is one sentence that says what to do; a question may lead to it. It ends with a full stop, or with what is to be typed. */
export function* hintRule({ folder, files }: Package): Iterable<Problem> {
  for (const [name, source] of files) {
    if (!/^src\/.+\.ts$/.test(name)) continue;
    for (const { line, text } of factsOf(source).hints) {
      const file = `packages/${folder}/${name}:${line}`;
      const sentences = text.split(/(?<=[.?!]) (?=[A-Z])/);
      const last = sentences.at(-1) ?? '';
      const lead = sentences.slice(0, -1);
      if (text.includes('\n')) yield { file, message: 'its hint is longer than a line' };
      else if (lead.length > 1 || lead.some((sentence) => !sentence.endsWith('?')))
        yield { file, message: 'its hint is more than one sentence' };
      else if (DESCRIBES.test(last)) yield { file, message: 'its hint does not say what to do' };
      else if (!/[.?}]$|: \S[^.]*$/.test(last))
        yield { file, message: 'its hint does not end as a sentence does' };
    }
  }
}
