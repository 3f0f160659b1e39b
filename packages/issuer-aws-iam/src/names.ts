import type { DefaultNames, Layout } from '@keyturn/core';

const pair = (accessKeyId: string, secretAccessKey: string): Layout => ({
  kind: 'pair',
  names: { accessKeyId, secretAccessKey },
});

/** The names that AWS's clients read and that users store. */
export const names: DefaultNames = {
  pair: { accessKeyId: 'AWS_ACCESS_KEY_ID', secretAccessKey: 'AWS_SECRET_ACCESS_KEY' },
  file: 'AWS_ENV',
  slot: 'AWS_SLOT',
  others: [
    // Names that older clients and users have.
    pair('AWS_ACCESS_KEY', 'AWS_SECRET_KEY'),
    pair('AWS_KEY_ID', 'AWS_SECRET_KEY'),
    pair('AWS_S3_ACCESS_KEY_ID', 'AWS_S3_SECRET_ACCESS_KEY'),
    pair('S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'),
    pair('S3_ACCESS_KEY', 'S3_SECRET_KEY'),
    // Variables of Terraform.
    pair('TF_VAR_aws_access_key_id', 'TF_VAR_aws_secret_access_key'),
    pair('TF_VAR_aws_access_key', 'TF_VAR_aws_secret_key'),
  ],
  patterns: ['AWS_*'],
  readers: [
    {
      layout: pair('AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'),
      by: "AWS's clients, its command line and the Terraform provider",
    },
    // Inputs of the action of AWS.
    {
      layout: pair('aws-access-key-id', 'aws-secret-access-key'),
      by: 'aws-actions/configure-aws-credentials',
    },
  ],
};
