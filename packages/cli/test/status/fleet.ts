import { Story } from './ledgers.ts';

const MINUTE = 1 / 1440;

/** A rotation in each phase, and in each state that an operator should know of. */
export function fleet(now: number): Story[] {
  const story = (name: string, ...sinks: string[]): Story => new Story(name, sinks, now);
  return [
    story('idle', 'github:acme/web', 'github:acme/api?environment=production')
      .adopted('idl000000001', 180)
      .rotated('idl000000002', 'idl000000001', 95)
      .rotated('idl000000003', 'idl000000002', 12),
    story('issuing', 'github:acme/docs')
      .adopted('iss000000001', 90)
      .started('iss000000002', MINUTE),
    story('granting', 'gitlab:acme/one')
      .adopted('gra000000001', 91)
      .started('gra000000002', 2 * MINUTE)
      .issued('gra000000002', MINUTE),
    story('verifying', 'gitlab:acme/two')
      .adopted('ver000000001', 91)
      .started('ver000000002', MINUTE)
      .issued('ver000000002', MINUTE)
      .at(MINUTE, { type: 'granted', token: 'ver000000002', permissions: [] }),
    story('delivering', 'github:acme/a', 'github:acme/b', 'gitlab:acme/c')
      .adopted('del000000001', 92)
      .proved('del000000002', 30 * MINUTE)
      .delivered('del000000002', 'gitlab:acme/c', 30 * MINUTE)
      .sent('del000000002', 'github:acme/a', 29 * MINUTE),
    story('grace', 'circleci:gh/acme/web', 'circleci:gh/acme?context=deploy')
      .adopted('grc000000001', 90)
      .completed('grc000000002', 17 * MINUTE),
    story('revoking', 'env:.env.local')
      .adopted('rev000000001', 90)
      .completed('rev000000002', 3)
      .at(1.2, { type: 'revoking', token: 'rev000000001' }),
    story('lost', 'gitlab:acme/three')
      .adopted('los000000001', 90)
      .started('los000000002', 0.5)
      .at(0.49, { type: 'lost', label: 'keyturn-lost-los000000002', reason: 'NETWORK_FAILED' }),
    story('first', 'gitlab:acme/four'),
    story('expiring', 'gitlab:acme/five')
      .adopted('exp000000001', 60)
      .rotated('exp000000002', 'exp000000001', 40, 44),
    story('behind', 'gitlab:acme/six', 'gitlab:acme/seven')
      .adopted('beh000000001', 40)
      .rotated('beh000000002', 'beh000000001', 20)
      .at(5, { type: 'drifted', sink: 'gitlab:acme/seven', holds: [] }),
    leftBehind(story('left', 'gitlab:acme/eight', 'gitlab:acme/old')),
  ];
}

/** One of its sinks was not written, and is not in the configuration any more. */
function leftBehind(story: Story): Story {
  const now = new Story(story.name, ['gitlab:acme/eight'], story.now);
  story.adopted('lef000000001', 70).proved('lef000000002', 9);
  now.past.push(...story.past);
  return now
    .delivered('lef000000002', 'gitlab:acme/eight', 9)
    .at(9, { type: 'completed', token: 'lef000000002' });
}
