/** The part of the world that AWS's IAM holds. What is left out is made up. */
export interface AwsWorld {
  /** 12 digits. @default '417203958164' */
  readonly account?: string;
  /** Of STS; IAM has one for all of them, `us-east-1`. @default 'us-east-1' */
  readonly region?: string;
  /** By name. */
  readonly users?: Readonly<Record<string, AwsUserWorld>>;
  readonly behaviour?: AwsBehaviour;
}

export interface AwsUserWorld {
  readonly userId?: string;
  /** @default '/' */
  readonly path?: string;
  readonly createdAt?: string;
  readonly accessKeys?: readonly AwsAccessKeyWorld[];
  /** What its policies allow: `iam:CreateAccessKey`, `iam:*`, or `iam:CreateAccessKey@self` for its own user alone. @default none */
  readonly allows?: readonly string[];
}

/** An access key. Times are ISO 8601. */
export interface AwsAccessKeyWorld {
  readonly accessKeyId?: string;
  readonly secretAccessKey?: string;
  /** @default 'Active' */
  readonly status?: AwsKeyStatus;
  readonly createdAt?: string;
  /** A deleted key stays listed here; the API does not know it any more. */
  readonly revokedAt?: string | null;
  readonly lastUsedAt?: string | null;
  /** Where it was used: `sts`. */
  readonly lastUsedService?: string | null;
  readonly lastUsedRegion?: string | null;
}

export type AwsKeyStatus = 'Active' | 'Inactive';

/** What AWS does not promise, as switches. */
export interface AwsBehaviour {
  /** How long a key that was created or activated does not work yet, in milliseconds. @default 250 */
  readonly propagationMs?: number;
  /** How long a key that was deactivated or deleted still works, in milliseconds. @default 0 */
  readonly endDelayMs?: number;
  /** How long a new key is missing from lists, in milliseconds. @default 0 */
  readonly listDelayMs?: number;
  /** How late a use is shown, in milliseconds. @default 0 */
  readonly lastUsedDelayMs?: number;
  /** How many keys a user may have. @default 2 */
  readonly keysPerUser?: number;
  /** The keys of a page if nothing else is asked for. @default 100 */
  readonly pageSize?: number;
}
