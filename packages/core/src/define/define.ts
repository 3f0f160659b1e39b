import { remember } from '../text/known.ts';
import type { AdapterContext } from '../contracts/runtime.ts';
import type {
  EnvironmentVariable,
  SinkAdapter,
  SinkDefinition,
  StoreAdapter,
  StoreDefinition,
} from './definition.ts';
import type { IssuerAdapter, IssuerDefinition } from './issuer-definition.ts';
import { guarded, guardIssuer, guardSink, translate } from './guard.ts';
import { guardStore } from './guard-store.ts';
import { expandPattern, readPattern } from './pattern.ts';
import { validate } from './schema.ts';
import { parseTarget } from './target.ts';
import { usagesOf } from './usages.ts';

/** From now on, an adapter's credentials are blanked in all output. */
function rememberSecrets(variables: readonly EnvironmentVariable[], { env }: AdapterContext): void {
  for (const { name, secret } of variables) {
    const value = env[name]?.trim() ?? '';
    // A reference that was not replaced is not a secret.
    if (secret && !value.startsWith('$')) remember(value);
  }
}

/** Makes a sink from its definition. Checks arguments once, so that adapters get valid input. */
export function defineSink<Options>(definition: SinkDefinition<Options>): SinkAdapter {
  const { kind, env = [], leaks = [], rates, ci, scopeOf } = definition;
  return {
    specVersion: 1,
    role: 'sink',
    kind,
    env,
    leaks,
    ...(rates !== undefined && { rates }),
    ...(ci !== undefined && { ci }),
    ...(scopeOf !== undefined && { scopeOf }),
    infer: (context) => {
      rememberSecrets(env, context);
      return guarded(kind, 'infer', () => definition.infer?.(context));
    },
    pattern(text) {
      try {
        return readPattern(definition, text);
      } catch (error) {
        throw translate(text, 'pattern', error);
      }
    },
    expand: (text, context, options) => {
      rememberSecrets(env, context);
      return guarded(text, 'expand', () => expandPattern(definition, text, context, options));
    },
    protection: (remote, branch, context, options) => {
      rememberSecrets(env, context);
      return guarded(kind, 'protection', async () =>
        definition.protection?.(remote, branch, context, options),
      );
    },
    usages: (scope, names, context, options) => {
      rememberSecrets(env, context);
      return usagesOf(definition, scope, names, context, options);
    },
    open: (text, context) =>
      guarded(text, 'open', async () => {
        rememberSecrets(env, context);
        const target = parseTarget(text);
        const given = definition.parseTarget(target);
        const options =
          definition.options === undefined
            ? (given as Options)
            : await validate(definition.options, given, text);
        return guardSink(kind, await definition.connect(options, context));
      }),
  };
}

/** Makes an issuer from its definition. */
export function defineIssuer<Options>(definition: IssuerDefinition<Options>): IssuerAdapter {
  const { kind, env = [], leaks = [], rates, names, permission } = definition;
  const { account, settings, hazards } = definition;
  return {
    specVersion: 1,
    role: 'issuer',
    kind,
    env,
    leaks,
    ...(rates !== undefined && { rates }),
    names,
    ...(definition.fields !== undefined && { fields: definition.fields }),
    ...(permission !== undefined && { permission }),
    ...(account !== undefined && { account }),
    ...(settings !== undefined && { settings }),
    ...(hazards !== undefined && { hazards }),
    open: (input, context) =>
      guarded(`issuer ${kind}`, 'open', async () => {
        rememberSecrets(env, context);
        const options = await validate(definition.options, input, `issuer ${kind}`);
        return guardIssuer(kind, await definition.connect(options, context));
      }),
  };
}

/** Makes a store from its definition. */
export function defineStore<Options>(definition: StoreDefinition<Options>): StoreAdapter {
  const { kind, env = [], rates, hosts } = definition;
  return {
    specVersion: 1,
    role: 'store',
    kind,
    env,
    ...(rates !== undefined && { rates }),
    ...(hosts !== undefined && { hosts }),
    open: (location, context) =>
      guarded(`store ${kind}`, 'open', async () => {
        rememberSecrets(env, context);
        const options = await validate(definition.options, location, `store ${kind}`);
        return guardStore(kind, await definition.connect(options, context));
      }),
  };
}
