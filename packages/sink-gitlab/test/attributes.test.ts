import { describe, expect, it } from 'vitest';

import { attributesFor } from '../src/attributes.ts';

describe('a variable that is new', () => {
  it.each([
    ['pscale_tkn_abcDEF-123', { masked: true, variableType: 'env_var' }],
    ['abcdefghijkl:pscale_tkn_x', { masked: true, variableType: 'env_var' }],
    ['with$dollar%', { masked: true, variableType: 'env_var' }],
    ['short', { masked: false, variableType: 'env_var' }],
    ['two words here', { masked: false, variableType: 'env_var' }],
    ['', { masked: false, variableType: 'env_var' }],
    ['🔑🔑🔑🔑', { masked: false, variableType: 'env_var' }],
    ['🔑🔑🔑🔑🔑🔑🔑🔑', { masked: true, variableType: 'env_var' }],
    ['ID=a\nTOKEN=b\n', { masked: false, variableType: 'file' }],
  ])('with %j is %j', (value, attributes) => {
    expect(attributesFor(value)).toEqual({ raw: true, protected: false, ...attributes });
  });
});
