import {
  defineSink,
  reveal,
  type AdapterContext,
  type SecretSink,
  type TokenIssuer,
} from '@keyturn/core';

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

/** Lets a job run before and after everything that an issuer does. */
export function watched(issuer: TokenIssuer, job: () => Promise<void>): TokenIssuer {
  const around = <Args extends unknown[], Result>(call: (...args: Args) => Promise<Result>) => {
    return async (...args: Args): Promise<Result> => {
      await job();
      const result = await call(...args);
      await job();
      return result;
    };
  };
  return {
    ...issuer,
    issue: around((request, o) => issuer.issue(request, o)),
    verify: around((credential, expected, o) => issuer.verify(credential, expected, o)),
    ...(issuer.disable !== undefined && {
      disable: around((id, o) => issuer.disable?.(id, o) ?? Promise.resolve()),
    }),
    revoke: around((id, o) => issuer.revoke(id, o)),
  };
}
