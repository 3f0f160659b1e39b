import type { LayoutName } from '../layout.ts';
import type { ServerName, Settings } from './history.ts';
import { kindOf } from './kinds/all.ts';
import { configuredNames, type Written } from './names.ts';
import { choiceOf, fits } from './sinks.ts';

/** How long a lost request may still land here; real time, so it is short. */
export const SETTLE = 500;

/** What the rotation is called until it is renamed. */
export const FIRST_NAME = 'ci-github';

/** The rotation that replaces the same credential in another place, in histories that have it. */
export const SIDE = { rotation: 'side', target: 'github:acme/api', layout: 'pair' } as const;

/** What the configuration says now. */
export interface Configuration {
  rotation: string;
  isOtherAccount: boolean;
  /** Of a database, once it was renamed. */
  branch?: string;
  grace: string;
  layout: LayoutName;
  naming: number;
  sinks: readonly number[];
  readonly respelt: Set<number>;
  server: ServerName;
  /** What tokens may do, once the user had to list it. */
  permissions?: readonly string[];
  readonly settings: Settings;
}

/** One place that jobs read: a thing, and the names and the layout that they read there. */
export interface JobPlace extends Written {
  readonly sink: number;
  /** The second server is another GitHub. */
  readonly server: 'first' | 'second';
  /** Of an env file. */
  readonly folder: string;
}

export function firstConfiguration(settings: Settings): Configuration {
  const { layout, sinks, grace } = settings;
  const rotation = FIRST_NAME;
  return {
    rotation,
    isOtherAccount: false,
    grace,
    layout,
    naming: 0,
    sinks: fitting(sinks, layout),
    respelt: new Set(),
    server: 'plain',
    settings,
  };
}

/** Those that have the layout; a repository of GitHub if none of them does. */
export function fitting(sinks: readonly number[], layout: LayoutName): readonly number[] {
  const some = sinks.filter((sink) => fits(sink, layout));
  return some.length > 0 ? some : [0];
}

export function targetOf(
  { respelt, server }: Pick<Configuration, 'respelt' | 'server'>,
  sink: number,
  context: string,
  repositories: ReadonlyMap<string, string>,
): string {
  const { target, respelt: other } = choiceOf(sink);
  const spelt = (respelt.has(sink) ? other : undefined) ?? target;
  let text = spelt.replace('{context}', context);
  // The other server has repositories of its own.
  if (server === 'other server') return text;
  for (const [from, to] of repositories) text = text.replace(from, to);
  return text;
}

/** The names of the last naming, which nothing else has there. */
export const sideNaming = (kind: string): number => kindOf(kind).namings.length - 1;

function sideText({ settings: { kind }, grace }: Configuration): object {
  const { policy } = kindOf(kind);
  const written = { kind, layout: SIDE.layout, naming: sideNaming(kind) };
  const shared = { grace, settle: `${SETTLE}ms`, layout: SIDE.layout, ...policy };
  return { ...shared, names: configuredNames(written), sinks: [SIDE.target] };
}

export function configurationText(
  configuration: Configuration,
  context: string,
  repositories: ReadonlyMap<string, string>,
): string {
  const { rotation, isOtherAccount, branch, grace, layout, sinks, settings, permissions } =
    configuration;
  const { kind, drift } = settings;
  const { credential, otherAccount, policy } = kindOf(kind);
  const targets = sinks.map((sink) => targetOf(configuration, sink, context, repositories));
  const names = configuredNames({ ...configuration, kind });
  const token = { ...policy?.token, ...(permissions !== undefined && { permissions }) };
  return JSON.stringify({
    issuer: {
      ...credential.issuer,
      ...(branch !== undefined && { branch }),
      ...(isOtherAccount && otherAccount),
    },
    rotations: {
      [rotation]: {
        grace,
        settle: `${SETTLE}ms`,
        drift,
        layout,
        names,
        sinks: targets,
        ...policy,
        ...(Object.keys(token).length > 0 && { token }),
      },
      ...(settings.shared && { [SIDE.rotation]: sideText(configuration) }),
    },
  });
}

/** The places that the configuration means. */
export function placesOf(configuration: Configuration, folder: string): readonly JobPlace[] {
  const { layout, naming, sinks, server, settings } = configuration;
  const { kind: credential } = settings;
  return sinks.map((sink) => {
    const { kind } = choiceOf(sink);
    return {
      sink,
      server: kind === 'github' && server === 'other server' ? 'second' : 'first',
      folder: kind === 'env' ? folder : '',
      kind: credential,
      layout,
      naming,
    };
  });
}

export function keyOf({ sink, server, folder, layout, naming }: JobPlace): string {
  return [choiceOf(sink).target, server, folder, layout, naming].join(' ');
}

/** Whether both are names of one repository, project, context or file. */
export function isSameThing(one: JobPlace, other: JobPlace): boolean {
  return one.sink === other.sink && one.server === other.server && one.folder === other.folder;
}
