import type { CallOptions, KeyturnError } from '../../../index.ts';
import { calmly, rejection, turns, unheard } from '../assertions.ts';
import type { SinkFixture } from './fixture.ts';

type Values = readonly [string | undefined, string | undefined];

/** What was stored under the two names, from some moment on. */
export interface Sight {
  readonly values: Values;
  /** How many writes had been granted by then. */
  readonly granted: number;
}

export interface Watched {
  /** What could be seen, from before the call to after it; each differs from the one before. */
  readonly sights: readonly Sight[];
  /** How often the call asked for the right to write. */
  readonly asked: number;
  readonly error: KeyturnError | undefined;
}

/**
 * Makes a call and looks at what is stored all the while, as a job would.
 *
 * @param onAsk gets how often the sink has asked for the right to write, from 1; it is refused what this rejects with
 */
export async function watched(
  { stored, names }: SinkFixture,
  call: (options: CallOptions) => Promise<unknown>,
  onAsk: (count: number) => unknown = () => {},
): Promise<Watched> {
  const sights: Sight[] = [];
  let [asked, granted] = [0, 0];
  const over = new AbortController();

  const look = async (): Promise<void> => {
    const values = await readTogether(stored, names);
    const last = sights.at(-1)?.values;
    if (values === undefined || (values[0] === last?.[0] && values[1] === last?.[1])) return;
    sights.push({ values, granted });
  };
  let looking = Promise.resolve();
  const see = (): Promise<void> => (looking = looking.then(look));
  const beforeWrite = unheard(async () => {
    asked++;
    const count = asked;
    await see();
    await turns(4);
    await see();
    await onAsk(count);
    granted++;
  });

  await see();
  const watching = (async () => {
    while (!over.signal.aborted) {
      // A file that is being written may be one that cannot be read.
      await see().catch(() => (looking = Promise.resolve()));
      await turns(1);
    }
  })();
  try {
    const error = await rejection(() => call({ ...calmly(), beforeWrite }));
    // What goes on behind the call's back shows too.
    await turns(50);
    return { sights, asked, error };
  } finally {
    over.abort();
    await watching;
    await see();
  }
}

/**
 * Both values of one moment; undefined if they changed while they were read. That happens to a synchronous `stored` too: a file
 * is renamed by another thread.
 */
async function readTogether(
  stored: SinkFixture['stored'],
  names: SinkFixture['names'],
): Promise<Values | undefined> {
  const values = [await stored(names[0]), await stored(names[1])] as const;
  const again = [await stored(names[0]), await stored(names[1])] as const;
  return values[0] === again[0] && values[1] === again[1] ? values : undefined;
}
