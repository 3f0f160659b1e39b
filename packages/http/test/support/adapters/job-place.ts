import { defineSink, reveal, type AdapterContext, type SecretSink } from '@keyturn/core';

/** The variables of the project acme/infra: what a job reads. */
export function openPlace(
  url: string,
  token: string,
  context: AdapterContext,
): Promise<SecretSink> {
  const headers = { 'private-token': token, 'content-type': 'application/json' };
  const root = `${url}/api/v4/projects/acme%2Finfra/variables`;
  const read = async (name: string): Promise<string | undefined> => {
    const response = await fetch(`${root}/${name}`, { headers });
    if (response.status === 404) return undefined;
    return ((await response.json()) as { value: string }).value;
  };
  const place = defineSink<undefined>({
    kind: 'gitlab',
    parseTarget: () => undefined,
    connect: () => ({
      id: 'gitlab:acme/infra',
      supports: { readBack: 'none', atomic: false },
      async check(names) {
        const values = await Promise.all(names.map((name) => read(name)));
        return {
          warnings: [],
          present: names.filter((_, i) => values[i] !== undefined).map((name) => ({ name })),
        };
      },
      async deliver(entries, { beforeWrite }) {
        for (const { name, value } of entries) {
          // oxlint-disable-next-line eslint/no-await-in-loop -- one after the other, as layouts are written
          const isThere = (await read(name)) !== undefined;
          // oxlint-disable-next-line eslint/no-await-in-loop -- as above
          await beforeWrite?.();
          // oxlint-disable-next-line eslint/no-await-in-loop -- as above
          const response = await fetch(isThere ? `${root}/${name}` : root, {
            method: isThere ? 'PUT' : 'POST',
            headers,
            body: JSON.stringify({ ...(!isThere && { key: name }), value: reveal(value) }),
          });
          if (!response.ok) throw new Error(`status ${response.status}`);
        }
        return { at: new Date(context.clock.now()).toISOString() };
      },
    }),
  });
  return place.open('gitlab:acme/infra', context);
}

/** Lets a job of the project use what it reads there. */
export async function runJob(
  control: string,
  job: object,
): Promise<{ readonly ok: boolean; readonly tokenId: string | null }> {
  const body = JSON.stringify({ sink: 'gitlab:acme/infra', ...job });
  const response = await fetch(`${control}/ci-job`, { method: 'POST', body });
  return (await response.json()) as { ok: boolean; tokenId: string | null };
}
