import { containerInstalled } from './container.ts';
import { byName, configurations, configured, fromNothing, NAMES } from './flows.ts';
import type { Configuration } from './flows.ts';
import { supportedLines, type Line } from './lines.ts';
import { managers, type Manager } from './managers.ts';
import { typed } from './types.ts';
import { Failed, inPlace, type Place, type Shared } from './world.ts';
import { wrapped, wrappers } from './wrappers.ts';

/** Something to try; `skipped` says why it cannot be tried here. */
export interface Planned {
  readonly row: string;
  readonly column: string;
  readonly skipped?: string;
  readonly use: (shared: Shared) => Promise<void>;
}

/** The line that people should use: everything that does not depend on Node is tried there. */
const MAIN = '24';

export function cellsOf(isShort: boolean): Planned[] {
  const lines = supportedLines();
  const main = lines.filter(({ name }) => name === MAIN);
  const [npm] = managers;
  if (npm === undefined) return [];
  if (isShort) return main.map((line) => setUp(npm, line));
  return [
    ...managers.flatMap((manager) => lines.map((line) => setUp(manager, line))),
    ...managers.flatMap((manager) =>
      (Object.keys(configurations) as Configuration[]).flatMap((configuration) =>
        main.map((line) => withConfiguration(manager, line, configuration)),
      ),
    ),
    // TypeScript is read by Node itself.
    ...lines
      .filter(({ name }) => name !== MAIN)
      .map((line) => withConfiguration(npm, line, 'TypeScript, CommonJS')),
    ...managers
      .filter(({ name }) => !name.endsWith('node_modules'))
      .flatMap((manager) =>
        NAMES.flatMap((name) => main.map((line) => named(manager, line, name))),
      ),
    ...main.map((line) => types(npm, line)),
    ...Object.keys(wrappers).flatMap((name) => main.map((line) => inJob(name, line))),
    ...main.map((line) =>
      planned('container image, its installation', line, {}, (place) => containerInstalled(place)),
    ),
  ];
}

function setUp(manager: Manager, line: Line): Planned {
  return planned(`init, ${manager.name}`, line, manager, (place) => fromNothing(place, manager));
}

function withConfiguration(manager: Manager, line: Line, configuration: Configuration): Planned {
  const { type } = configurations[configuration];
  return planned(
    `${configuration}, ${manager.name}`,
    line,
    manager,
    (place) => configured(place, manager, configuration),
    type === undefined ? {} : { type },
  );
}

function named(manager: Manager, line: Line, name: string): Planned {
  const [program = '', ...args] = manager.download([name]);
  const row = [program, ...args.filter((one) => !one.startsWith('--'))].join(' ');
  return planned(row, line, {}, (place) => byName(place, manager, name));
}

function types(npm: Manager, line: Line): Planned {
  return planned('types', line, npm, async (place) => {
    const failed = await typed(place);
    if (failed.length > 0) throw new Failed(failed.join('\n'));
  });
}

function inJob(name: string, line: Line): Planned {
  return planned(name, line, {}, async (place, shared) => {
    const wrapper = wrappers[name];
    if (wrapper !== undefined) await wrapped(shared, place, line.folder ?? '', wrapper);
  });
}

function planned(
  row: string,
  { name, folder }: Line,
  manager: Pick<Manager, 'prepare'>,
  use: (place: Place, shared: Shared) => Promise<void>,
  manifest: object = {},
): Planned {
  const cell = { row, column: `Node ${name}` };
  if (folder === undefined)
    return {
      ...cell,
      skipped: 'the registry has no package with this Node for this system',
      use: async () => {},
    };
  return {
    ...cell,
    use: (shared) => inPlace(shared, folder, manager, (place) => use(place, shared), manifest),
  };
}
