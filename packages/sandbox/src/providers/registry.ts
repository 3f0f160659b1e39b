import { aws } from './aws/provider.ts';
import { circleci } from './circleci/provider.ts';
import { github } from './github/provider.ts';
import { gitlab } from './gitlab/provider.ts';
import { planetscale } from './planetscale/provider.ts';
import { s3 } from './s3/provider.ts';
import type { Provider } from './provider.ts';

/** Every provider that the sandbox serves. Of variables that two of them name, the later one's count: the key of S3. */
export const providers: readonly Provider[] = [planetscale, github, gitlab, circleci, aws, s3];
