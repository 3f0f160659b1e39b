import type { Sandbox } from './sandbox.ts';

/** A rotation to show in the seeded world: what is rotated, and the CI job that reads it. */
export interface Demo {
  readonly rotation: string;
  /** A configuration that has it. */
  readonly configuration: object;
  /** What `POST /ci-job` takes. */
  readonly job: { readonly sink: string; readonly layout: string; readonly names: object };
  /** Whose servers answer. */
  readonly providers: string;
  /** The id of the token in use. */
  readonly tokenIn: (sandbox: Pick<Sandbox, 'state'>) => string | undefined;
}

const rotation = 'ci-github';
const sink = 'github:acme/web';

export const demo: Demo = {
  rotation,
  configuration: {
    issuer: { kind: 'planetscale', org: 'acme' },
    rotations: { [rotation]: { grace: '0', sinks: [sink, 'env:.env.ci'] } },
  },
  job: {
    sink,
    layout: 'pair',
    names: { id: 'PLANETSCALE_SERVICE_TOKEN_ID', token: 'PLANETSCALE_SERVICE_TOKEN' },
  },
  providers: 'PlanetScale and GitHub',
  tokenIn: (sandbox) =>
    sandbox.state().planetscale?.orgs?.['acme']?.tokens?.find(({ name }) => name === rotation)?.id,
};
