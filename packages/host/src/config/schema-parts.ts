import * as v from 'valibot';

/** valibot accepts a list as an object; a configuration must not. */
export function mapping<Schema extends v.GenericSchema>(schema: Schema): Schema {
  return {
    ...schema,
    '~run': (dataset: { value: unknown }, config: v.Config<v.BaseIssue<unknown>>) => {
      const list = dataset.value;
      if (!Array.isArray(list)) return schema['~run'](dataset, config);
      const refused = schema['~run']({ value: undefined }, config);
      return { ...refused, issues: refused.issues?.map((issue) => ({ ...issue, input: list })) };
    },
  };
}

/** A number and a unit, as text; the number 0 is also valid. */
export const duration = (description: string) =>
  v.pipe(
    v.union(
      [
        v.pipe(
          v.string(),
          v.maxLength(40, 'is not a duration'),
          v.regex(/^(?:0|(?:\d+(?:\.\d+)?(?:ms|s|m|h|d|w))+)$/, 'is not a duration'),
        ),
        v.literal(0),
      ],
      'must be a duration',
    ),
    v.description(description),
  );
