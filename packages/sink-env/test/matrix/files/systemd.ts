import { BOM, crlf, files } from './file.ts';

const PAIR = 'TOKEN_ID=old1\nTOKEN=old2\n';

export const systemdFiles = files('systemd', {
  'empty, for systemd': '',
  'the pair, for systemd': `A=1\n${PAIR}B=2\n`,
  'new names, for systemd': 'A=1\nB=two words\n',
  'quotes, for systemd': `TOKEN_ID="old1"\nTOKEN='old2'\nB="b c"\n`,
  'quotes and more, for systemd': `TOKEN_ID="ol"'d1'\nTOKEN='old' 2\nB="b" c\n`,
  'both comments, for systemd': `# one\n; two\n${PAIR}`,
  'comments behind values, for systemd': 'TOKEN_ID=old1 # why\nTOKEN= # fill me in\nB=2 # b\n',
  'continued lines, for systemd': 'A=one\\\n two\nTOKEN_ID=ol\\\nd1\nTOKEN=old2\n',
  'several lines, for systemd': `KEY="one\nTOKEN=not\n"\n${PAIR}`,
  'escapes, for systemd': 'A="a\\"b\\\\c\\$d\\n"\nTOKEN_ID=o\\ld1\nTOKEN="o\\"ld2"\n',
  'spaces, for systemd': '  A = 1  \n\tTOKEN_ID = old1\n TOKEN =\told2 \n',
  'CRLF, for systemd': crlf(`A=1\n${PAIR}`),
  'BOM, for systemd': `${BOM}${PAIR}B=2\n`,
  'an exported name, for systemd': `export A=1\n${PAIR}`,
  'an exported pair, for systemd': 'export TOKEN_ID=old1\nexport TOKEN=old2\n',
  'a comment that ends in a backslash, for systemd': `# C:\\\nA=1\n${PAIR}`,
  'a comment that ends in a backslash before the pair, for systemd': `A=1\n# C:\\\n${PAIR}`,
  'duplicates, for systemd': `${PAIR}A=1\n${PAIR}`,
  'dollars and percents, for systemd': `A=$B\nC=50%\n${PAIR}`,
  'no final line break, for systemd': 'A=1\nTOKEN_ID=old1\nTOKEN=old2',
  'an open quote, for systemd': `${PAIR}A="open\n`,
  'a line of words, for systemd': `this is not an assignment\n${PAIR}`,
  'letters beyond ASCII, for systemd': `A=naïve\n${PAIR}`,
});
