import { edit } from '../../../packages/sink-env/src/edit.ts';
import { formats } from '../../../packages/sink-env/src/formats/formats.ts';
import { expect, ofTexts, type Parser } from '../parser.ts';

const corpus = [
  '# ours\nexport TOKEN_ID=\'abc\'\nTOKEN="pscale_tkn_x" # the token\n\nOTHER=1\n',
  'TOKEN_ID=\r\nTOKEN=a b c\r\nMULTI="one\ntwo"\r\n',
  'cat <<EOF\nTOKEN=x\nEOF\nTOKEN=$(cat x)\n',
  'TOKEN: yaml\nTOKEN_ID\nTOKEN=`x`',
];
const values = ['pscale_tkn_abcDEF123', 'it\'s "quoted" `here`', '', ' #x', 'a\nb', '$HOME \\n'];

/** Every byte of a file is one character there. */
const bytes = (text: string): string => Buffer.from(text).toString('latin1');

/** Reading, and a change: which either is read back as it was meant, with all else as it was, or is refused. */
export const envFileParsers: readonly Parser[] = Object.entries(formats).map(([name, format]) =>
  ofTexts(`${name} files`, corpus, (text, mutate) => {
    const file = bytes(text);
    format.read(file);
    const value = bytes(mutate.random() < 0.5 ? mutate.pick(values) : mutate.text(values));
    const isAllowed = format.limits.value?.test(value) !== false;
    const edited = edit('env:x', format, file, new Map([['TOKEN', value]]));
    expect(!isAllowed || format.read(edited).get('TOKEN') === value, 'another value is read back');
  }),
);
