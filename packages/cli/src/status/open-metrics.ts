/** One sample: its labels and its value, which is null if there is none. */
export type Sample = readonly [
  labels: Readonly<Record<string, string>>,
  value: number | boolean | null,
];

/** A family of metrics with the same name. */
export interface Family {
  readonly name: string;
  readonly type: 'gauge' | 'counter';
  readonly help: string;
  readonly samples: readonly Sample[];
}

/**
 * Formats OpenMetrics text, which Prometheus and collectors of its older format can read.
 *
 * @see https://prometheus.io/docs/specs/om/open_metrics_spec/
 */
export function openMetrics(families: readonly Family[]): string {
  return `${families.flatMap(familyLines).join('\n')}\n# EOF\n`;
}

function familyLines({ name, type, help, samples }: Family): string[] {
  return [
    `# TYPE ${name} ${type}`,
    ...(name.endsWith('_seconds') ? [`# UNIT ${name} seconds`] : []),
    `# HELP ${name} ${escape(help)}`,
    ...samples.flatMap(([labels, value]) =>
      value === null
        ? []
        : [`${name}${type === 'counter' ? '_total' : ''}${labelText(labels)} ${Number(value)}`],
    ),
  ];
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escape(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escape(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
