/** What a story knows of the place that it was played in. */
export interface Volatile {
  readonly folder: string;
  readonly tokens: readonly { readonly id: string; readonly token: string }[];
}

/** Their strings are for people: the wording may change, that something is said may not. */
const SENTENCES = new Set(['message', 'hint', 'text', 'fix', 'warnings', 'notes', 'markdown']);
/** A code or a sentence. */
const REASON = 'reason';
/** Which requests wait for one another is measured, too. */
const DURATIONS = new Set(['durationMs', 'ageMs', 'milliseconds', 'requestsInRow']);
/** Whether the ledger notes when a secret was written depends on the second in which that was. */
const COUNTS = new Set(['records']);
const VERSIONS = new Set(['version', 'semanticVersion']);
/** The version of a format, which is none of ours. */
const SARIF = '2.1.0';

/**
 * Replaces what differs from run to run by placeholders, and sentences by `<text>`. The same id is the same placeholder
 * in everything that one normaliser is given; they are numbered in the order in which they come up.
 */
export function normaliser({ folder, tokens }: Volatile): (document: unknown) => unknown {
  const numbers = new Map<string, string>();
  const counts = new Map<string, number>();
  const placeholder = (kind: string, value: string): string => {
    const known = numbers.get(value);
    if (known !== undefined) return known;
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    numbers.set(value, `<${kind}-${count}>`);
    return `<${kind}-${count}>`;
  };
  const ids = new RegExp(tokens.map(({ id }) => id).join('|'), 'g');
  const secrets = new RegExp(tokens.map(({ token }) => token).join('|'), 'g');
  const steady = (text: string): string =>
    text
      .replaceAll(folder, '<folder>')
      .replaceAll(secrets, (secret) => placeholder('secret', secret))
      .replaceAll(ids, (id) => placeholder('token', id))
      .replaceAll(/\b\d{8}T\d{6}Z-[a-z0-9]{8}\b/g, (label) => placeholder('label', label))
      .replaceAll(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, '<time>')
      .replaceAll(/\b127\.0\.0\.1:\d+/g, (host) => placeholder('host', host))
      .replaceAll(/\b[0-9a-f]{64}\b/g, '<hash>');
  const walk = (value: unknown, key: string): unknown => {
    if (Array.isArray(value)) return value.map((item) => walk(item, key));
    if (typeof value === 'string') {
      if (SENTENCES.has(key) || (key === REASON && value.includes(' '))) return '<text>';
      return VERSIONS.has(key) && value !== SARIF ? '<version>' : steady(value);
    }
    if (typeof value === 'number') {
      if (COUNTS.has(key)) return '<count>';
      return DURATIONS.has(key) ? '<duration>' : value;
    }
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => {
        // The past tells of sinks in the order in which they answered.
        const ordered = name === 'sinks' && 'startedAt' in value ? item.toSorted() : item;
        return [steady(name), walk(ordered, name)];
      }),
    );
  };
  return (document) => walk(document, '');
}
