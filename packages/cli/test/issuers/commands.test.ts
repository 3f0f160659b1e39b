import { describe, expect, it } from 'vitest';

import { others } from '../keyturn.ts';
import { configure, kinds, placeOf, run, type Kind } from './kinds.ts';

/** Texts that are true of some kinds only. */
const ofOthers = ({ kind }: Kind): RegExp =>
  kind === 'planetscale' ? /personal login/ : /personal login|own service token|token grant/;

describe.each(kinds)('with the issuer $kind', { timeout: 60_000 }, (one) => {
  it('doctor says who acts and what it can do, and finds no problem', async () => {
    const place = await placeOf(one);
    await configure(place, one);
    const { exit, stdout } = await run(place, 'doctor --security');
    expect(exit).toBe(0);
    expect(stdout).not.toMatch(ofOthers(one));
    const can = /it can .*/.exec(stdout)?.[0] ?? '';
    expect(can.includes('grant')).toBe(one.kind === 'planetscale');
  });

  it('doctor looks for a token at the issuer of a rotation, too', async () => {
    const place = await placeOf(one);
    await configure(place, one, true);
    const { exit, stdout } = await run(place, `doctor --token-id ${one.token}`);
    expect(exit).toBe(0);
    expect(stdout).toContain(one.token);
  });

  it('audit proposes what works for a token of the issuer of a rotation', async () => {
    const place = await placeOf(one);
    await configure(place, one, true);
    const created = await run(
      place,
      `token create --rotation deploy --name keyturn-gone ${one.creation} --json`,
    );
    const { id } = JSON.parse(created.stdout).token as { id: string };
    const { stdout } = await run(place, 'audit --ignore KT009 --json');
    const { findings } = JSON.parse(stdout) as { findings: { token: string; fix: string }[] };
    const fixes = findings.filter(({ token }) => token === id).map(({ fix }) => fix);
    const [line = ''] = fixes.flatMap((fix) => /keyturn (token delete .*)/.exec(fix)?.[1] ?? []);
    expect(await run(place, `${line} --yes`)).toMatchObject({ exit: 0 });
    const ungrants = findings.some(({ fix }) => fix.includes('token ungrant'));
    expect(ungrants).toBe(one.kind === 'planetscale');
  });

  it('adopt takes the named token, and the plan replaces it', async () => {
    const place = await placeOf(one);
    await configure(place, one, true);
    const unnamed = await run(place, 'adopt deploy');
    expect(unnamed.stderr + unnamed.stdout).toContain('keyturn token list --rotation deploy');
    const adopted = await run(place, `adopt deploy --token-id ${one.token}`);
    expect(adopted.exit).toBe(0);
    expect(/^ {2}can /m.test(adopted.stdout)).toBe(one.permissions === 'own');
    const planned = await run(place, 'plan deploy');
    expect(planned.exit).toBe(0);
    expect(planned.stdout).toContain(one.token);
  });

  it('token list and show tell what the issuer knows', async () => {
    const place = await placeOf(one);
    await configure(place, one);
    const { exit, stdout } = await run(place, 'token list --permissions');
    expect(exit).toBe(0);
    expect(stdout).toContain(one.token);
    const shown = await run(place, `token show ${one.token}`);
    expect(shown.exit).toBe(0);
    expect(shown.stdout).not.toMatch(ofOthers(one));
    expect(/last used +unknown/.test(shown.stdout)).toBe(one.kind === 'planetscale-role');
  });

  it('token create shows every field of the new token once', async () => {
    const place = await placeOf(one);
    await configure(place, one);
    const { exit, stdout } = await run(place, `token create --name trial ${one.creation} --json`);
    expect(exit).toBe(0);
    const { token } = JSON.parse(stdout) as {
      token: { id: string; fields: Readonly<Record<string, string>> };
    };
    for (const field of one.secrets) expect(token.fields[field]?.length).toBeGreaterThan(15);
    const ended = await run(place, `token delete ${token.id} --yes`);
    expect(ended.stdout).toMatch(/^Deleted |^The issuer deletes /);
  });
});

describe('token create', () => {
  it('says how to grant with the rotation whose issuer it asked', async () => {
    const [tokens] = kinds;
    if (tokens === undefined) throw new Error('a kind is missing');
    const place = await placeOf(tokens);
    await configure(place, tokens, true);
    const created = await run(place, 'token create --name trial --rotation deploy');
    const [, line = ''] = /keyturn (token grant .*)/.exec(created.stdout) ?? [];
    expect(line).toMatch(/ --rotation deploy$/);
    const granted = await run(place, line.replace('PERMISSION...', 'read_organization'));
    expect(granted.exit).toBe(0);
  });

  it('shows the fields as text, and says nothing about grants of an issuer without them', async () => {
    const place = await placeOf({ names: {} });
    const [role, key] = [kinds[2], kinds[4]];
    for (const one of [role, key]) {
      if (one === undefined) throw new Error('a kind is missing');
      await configure(place, one);
      const { stdout } = await run(place, 'token create --name trial');
      for (const field of one.secrets)
        expect(stdout).toMatch(new RegExp(`^${field} +\\S{16}`, 'm'));
      expect(stdout).not.toContain('grant');
    }
  });

  it('names the option for permissions if the issuer needs them, and refuses it otherwise', async () => {
    const place = await placeOf({ names: {} });
    const [tokens, passwords, , , keys] = kinds;
    if (tokens === undefined || passwords === undefined || keys === undefined) throw new Error();
    await configure(place, passwords);
    const line = 'token create --name trial';
    const missing = await run(place, line);
    expect(missing).toMatchObject({ exit: 2 });
    expect(missing.stderr).toContain('token create --permission NAME');
    const malformed = await run(place, `${line} --permission role=nobody`);
    expect(malformed.stderr).toContain('--permission role=nobody');
    await configure(place, tokens);
    const granted = await run(place, `${line} --permission read_organization`);
    expect(granted.stderr).toContain('keyturn token grant');
    await configure(place, keys);
    const ofUser = await run(place, `${line} --permission s3:GetObject`);
    expect(ofUser.stderr).toContain('a token has the permissions of its user or app');
  });
});

describe('token list', () => {
  it('marks what is disabled, and what cannot be rotated', async () => {
    const place = await placeOf({ names: {} });
    const [, , roles, , keys] = kinds;
    if (roles === undefined || keys === undefined) throw new Error();
    await configure(place, roles);
    const fixed = await run(place, 'token list --permissions');
    expect(fixed.stdout).toMatch(/ledgerroot1a .*\n {4}cannot be rotated without an outage: /);
    await configure(place, keys);
    await others(place, { provider: 'aws', op: 'disable', id: keys.token });
    const { stdout } = await run(place, 'token list');
    expect(stdout).toMatch(/AKIA95DD28B541474113.*\n {4}disabled/);
  });
});
