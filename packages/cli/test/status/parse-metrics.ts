const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const LABEL = String.raw`[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*"`;
const METADATA = new RegExp(String.raw`^# (TYPE|UNIT|HELP) (${NAME}) (.+)$`);
const SAMPLE = new RegExp(
  String.raw`^(${NAME})(?:\{(${LABEL}(?:,${LABEL})*)?\})? (-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$`,
);
const HELP = /^(?:[^"\\\n]|\\["\\n])+$/;
const END = '# EOF\n';

/** Reads OpenMetrics text as strictly as its grammar is, for gauges and counters. Throws at the first line that does not fit. */
export function parseMetrics(text: string): Map<string, number> {
  const samples = new Map<string, number>();
  const families = new Set<string>();
  let family = { name: '', type: '', isFilled: false };
  check(text.endsWith(END), 'it does not end with # EOF');
  for (const line of text.slice(0, -END.length).split('\n').slice(0, -1)) {
    const [, keyword, name = '', value = ''] = METADATA.exec(line) ?? [];
    if (keyword === undefined) {
      const [, sample = '', labels = '', number = ''] = SAMPLE.exec(line) ?? [];
      check(sample !== '', `no sample: ${line}`);
      const expected = `${family.name}${family.type === 'counter' ? '_total' : ''}`;
      check(sample === expected, `not of ${expected}: ${line}`);
      check(!samples.has(`${sample}{${labels}}`), `twice: ${line}`);
      samples.set(`${sample}{${labels}}`, Number(number));
      family.isFilled = true;
    } else if (keyword === 'TYPE') {
      check(!families.has(name), `twice: ${line}`);
      check(['gauge', 'counter'].includes(value), `no type: ${line}`);
      families.add(name);
      family = { name, type: value, isFilled: false };
    } else {
      check(name === family.name && !family.isFilled, `out of place: ${line}`);
      check(keyword === 'HELP' ? HELP.test(value) : name.endsWith(`_${value}`), line);
    }
  }
  return samples;
}

function check(isFine: boolean, what: string): void {
  if (!isFine) throw new Error(what);
}
