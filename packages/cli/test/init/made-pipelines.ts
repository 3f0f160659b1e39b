import type { IssuerAdapter, SinkAdapter } from '@keyturn/core';
import planetscale from '@keyturn/issuer-planetscale';
import circleci from '@keyturn/sink-circleci';
import github from '@keyturn/sink-github';
import gitlab from '@keyturn/sink-gitlab';

import { credentialsOf, pipelineRequest } from '../../src/scaffold/pipeline/pipeline.ts';

/** What `init` asks a pipeline for. */
export interface Asked {
  readonly keyturn: string;
  readonly install: string;
  readonly names: readonly string[];
  readonly kinds: readonly string[];
}

const sinks: readonly SinkAdapter[] = [github, gitlab, circleci];
const issuer: IssuerAdapter = planetscale;

function made(adapter: SinkAdapter, { kinds, ...others }: Asked): string {
  const chosen = sinks.filter(({ kind }) => kinds.includes(kind));
  const credentials = [issuer, ...chosen].flatMap(({ env }) => credentialsOf(env));
  const request = pipelineRequest({ ...others, credentials, own: credentialsOf(adapter.env) });
  return adapter.ci?.pipeline(request).text ?? '';
}

export const githubPipeline = (asked: Asked): string => made(github, asked);
export const gitlabPipeline = (asked: Asked): string => made(gitlab, asked);
export const circleciPipeline = (asked: Asked): string => made(circleci, asked);
