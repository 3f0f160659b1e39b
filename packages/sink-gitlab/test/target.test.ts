import { KeyturnError, parseTarget } from '@keyturn/core';
import { describe, expect, it } from 'vitest';

import { parseGitlabTarget } from '../src/target.ts';

const parse = (text: string) => parseGitlabTarget(parseTarget(text));

describe('a target', () => {
  it.each([
    ['gitlab:acme/infra', 'gitlab:acme/infra', 'project', '*'],
    ['gitlab:acme/infra?scope=*', 'gitlab:acme/infra', 'project', '*'],
    ['gitlab:acme/infra?level=project', 'gitlab:acme/infra', 'project', '*'],
    ['gitlab:Acme/Team/API', 'gitlab:acme/team/api', 'project', '*'],
    ['gitlab:acme/infra?scope=Prod', 'gitlab:acme/infra?scope=Prod', 'project', 'Prod'],
    ['gitlab:acme/infra?scope=review/*', 'gitlab:acme/infra?scope=review/*', 'project', 'review/*'],
    ['gitlab:acme/a?scope=eu%20west', 'gitlab:acme/a?scope=eu%20west', 'project', 'eu west'],
    ['gitlab:1234', 'gitlab:1234', 'project', '*'],
    ['gitlab:1234?scope=p', 'gitlab:1234?scope=p', 'project', 'p'],
    ['gitlab:acme?level=group', 'gitlab:acme?level=group', 'group', '*'],
    ['gitlab:acme/team?scope=p&level=group', 'gitlab:acme/team?level=group&scope=p', 'group', 'p'],
    ['gitlab:93?level=group', 'gitlab:93?level=group', 'group', '*'],
    ['gitlab:?level=instance', 'gitlab:?level=instance', 'instance', undefined],
  ])('%s is %s', (text, id, level, scope) => {
    expect(parse(text)).toMatchObject({ id, level, scope });
    expect(parse(id).id).toBe(id);
  });

  it('keeps the case of a path for its requests', () => {
    expect(parse('gitlab:Acme/Infra').owner).toBe('Acme/Infra');
  });

  it.each([
    ['gitlab:', 'a project'],
    ['gitlab:acme', 'project'],
    ['gitlab:acme/', 'a project'],
    ['gitlab:/infra', 'a project'],
    ['gitlab:acme/../infra', 'a project'],
    ['gitlab:acme/infra.git', 'a project'],
    ['gitlab:acme/**', 'a project'],
    ['gitlab:acme/a b', 'a project'],
    ['gitlab:-acme/infra', 'a project'],
    ['gitlab:?level=group', 'a group'],
    ['gitlab:acme?level=instance', 'path'],
    ['gitlab:?level=instance&scope=p', '"scope"'],
    ['gitlab:acme?level=groups', '"groups"'],
    ['gitlab:acme/infra?scop=p', '"scop"'],
    ['gitlab:acme/infra?scope=', 'environment scope'],
    ['gitlab:acme/infra?scope=/a', 'environment scope'],
    ['gitlab:acme/infra?scope=a/', 'environment scope'],
    ['gitlab:acme/infra?scope=%20a', 'environment scope'],
    ['gitlab:acme/infra?scope=a,b', 'environment scope'],
  ])('%s is refused: %s', (text, why) => {
    expect(() => parse(text)).toThrow(
      expect.objectContaining({
        code: 'TARGET_INVALID',
        effect: 'none',
        message: expect.stringContaining(why) as string,
        hint: expect.any(String) as string,
      }) as KeyturnError,
    );
  });

  it('hints at what was meant', () => {
    const hint = (text: string): string | undefined => {
      try {
        parse(text);
      } catch (error) {
        if (KeyturnError.is(error)) return error.hint;
      }
      return undefined;
    };
    expect(hint('gitlab:acme/infra?scop=p')).toBe('Did you mean scope?');
    expect(hint('gitlab:acme?level=groups')).toBe('Did you mean group?');
    expect(hint('gitlab:acme')).toContain('gitlab:acme?level=group');
  });
});
