import { createFetch } from '../../src/index.ts';

// Run as a process of its own: says what the package loads before it is used, and what it keeps open afterwards.
const [, , url = '', few = ''] = process.argv;
const loadedBefore = loaded();
const fetch = createFetch({
  clock: { now: () => 0, sleep: () => Promise.resolve() },
  random: () => 0,
  env: {},
  few: Number(few),
});
await fetch(url);
await new Promise((resolve) => setImmediate(resolve));
const open = process.getActiveResourcesInfo().filter((name) => /TCP|TLS|Timeout/.test(name));
process.stdout.write(JSON.stringify({ loadedBefore, loadedAfter: loaded(), open }));

function loaded(): boolean {
  const { moduleLoadList } = process as unknown as { moduleLoadList: string[] };
  return moduleLoadList.includes('NativeModule net');
}
