import { describe, expect, it } from 'vitest';

import { load } from '../../../host/test/config/example.ts';

const withChannel = (channel: string): string =>
  `issuer: { kind: planetscale }\nrotations: { ci: { sinks: [env:a] } }\nnotify: { channels: [${channel}] }\n`;

describe('notify', () => {
  it('fills in what is usual', async () => {
    const { notify } = await load(
      withChannel('{ url: "https://hooks.example.com/x", secretEnv: SECRET }, { format: github }'),
    );
    const on = ['rotated', 'grace-over', 'incomplete', 'due-soon'];
    expect(notify).toEqual({
      dueWithin: 7 * 86_400_000,
      channels: [
        { format: 'webhook', url: 'https://hooks.example.com/x', secretEnv: 'SECRET', on },
        { format: 'github', on },
      ],
    });
    expect((await load('issuer: { kind: p }\nrotations: { ci: { sinks: [env:a] } }')).notify).toBe(
      undefined,
    );
  });

  it.each([
    ['{ url: "https://x.example" }', 'channels[0].secretEnv: missing'],
    ['{ format: slack }', 'channels[0].url: missing'],
    ['{ format: slack, url: "https://x.example", urlEnv: X }', 'urlEnv: '],
    ['{ format: slack, url: "http://x.example" }', 'url: '],
    ['{ format: slack, url: "https://u:p@x.example" }', 'url: '],
    ['{ format: slack, url: "javascript:1" }', 'url: '],
    ['{ format: slack, urlEnv: X, secretEnv: Y }', 'secretEnv: '],
    ['{ format: github, urlEnv: X }', 'urlEnv: '],
    ['{ format: teams, urlEnv: X }', '"teams"'],
    ['{ format: github, on: [] }', 'on: is empty'],
    ['{ format: github, on: [rotate] }', 'on[0]: '],
    ['', 'channels: '],
  ])('refuses %s', async (channel, message) => {
    await expect(load(withChannel(channel))).rejects.toThrow(message);
  });

  it.each([
    ['{ heartbeat: { urlEnv: BEAT } }', { channels: [], heartbeat: { urlEnv: 'BEAT' } }],
    ['{ heartbeat: { urlEnv: BEAT }, channels: [{ format: github }] }', { channels: [{}] }],
  ])('takes %s', async (written, expected) => {
    const text = withChannel('').replace(/^notify: .*$/m, `notify: ${written}`);
    expect((await load(text)).notify).toMatchObject(expected);
  });

  it.each([
    ['{}', 'notify: has neither'],
    ['{ heartbeat: {} }', 'notify.heartbeat.urlEnv: '],
    ['{ heartbeat: { urlEnv: "https://x.example" } }', 'notify.heartbeat.urlEnv: '],
    ['{ heartbeat: { url: "https://x.example", urlEnv: X } }', 'notify.heartbeat.url: '],
  ])('refuses %s', async (written, message) => {
    const text = withChannel('').replace(/^notify: .*$/m, `notify: ${written}`);
    await expect(load(text)).rejects.toThrow(message);
  });

  it('takes http on loopback', async () => {
    for (const host of ['localhost:1', '127.0.0.1', '[::1]:2'])
      expect(
        (await load(withChannel(`{ format: slack, url: "http://${host}/x" }`))).notify?.channels,
      ).toMatchObject([{ url: `http://${host}/x` }]);
  });
});
