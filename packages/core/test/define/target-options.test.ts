import { describe, expect, it } from 'vitest';

import { checkOptions, chooseOption, parseTarget, targetInvalid } from '../../src/index.ts';

const known = ['environment', 'app'];

const invalid = (message: string, hint: string) =>
  expect.objectContaining({ code: 'TARGET_INVALID', effect: 'none', message, hint });

describe('the options of a target', () => {
  it('can all be missing or given', () => {
    for (const text of ['depot:web', 'depot:web?app=a&environment=b'])
      expect(() => checkOptions(parseTarget(text), { known })).not.toThrow();
  });

  it('that are unknown are refused, with a similar one', () => {
    const target = parseTarget('depot:web?enviroment=a');
    expect(() => checkOptions(target, { known, place: 'a depot' })).toThrow(
      invalid(
        '"depot:web?enviroment=a": unknown option "enviroment" for a depot',
        'Did you mean environment?',
      ),
    );
  });

  it.each([
    [undefined, 'Use one of these options: environment, app.'],
    ['Use depot:NAME.', 'Use depot:NAME.'],
  ])('that are similar to none are refused with the hint %j', (hint, shown) => {
    const options = { known, ...(hint !== undefined && { hint }) };
    expect(() => checkOptions(parseTarget('depot:web?app=a&color=b'), options)).toThrow(
      invalid('"depot:web?app=a&color=b": unknown option "color"', shown),
    );
  });

  it.each(['__proto__', 'constructor', 'toString'])('are not inherited: %s', (option) => {
    expect(() => checkOptions(parseTarget(`depot:web?${option}=a`), { known })).toThrow(
      expect.objectContaining({ code: 'TARGET_INVALID' }),
    );
    expect(chooseOption(parseTarget('depot:web'), option, ['a'])).toBeUndefined();
  });
});

describe('an option with a fixed set of values', () => {
  const values = ['private', 'selected'] as const;
  const choose = (text: string) => chooseOption(parseTarget(text), 'visibility', values);

  it('is one of them, or missing', () => {
    expect(choose('depot:web?visibility=selected')).toBe('selected');
    expect(choose('depot:web')).toBeUndefined();
  });

  it.each([
    ['privat', 'Did you mean private?'],
    ['everybody', 'Use one of these values: private, selected.'],
    ['', 'Use one of these values: private, selected.'],
  ])('refuses the value %j', (value, hint) => {
    const text = `depot:web?visibility=${value}`;
    expect(() => choose(text)).toThrow(
      invalid(`"${text}": invalid value "${value}" for visibility`, hint),
    );
  });
});

describe('a target that an adapter cannot use', () => {
  it('is shown with its first 200 characters', () => {
    const error = targetInvalid(parseTarget(`depot:${'x'.repeat(500)}`), 'too long', 'Cut it.');
    expect(error.message).toBe(`"depot:${'x'.repeat(194)}": too long`);
  });
});
