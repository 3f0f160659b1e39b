/** The part of the world that S3 holds. What is left out is made up. */
export interface S3World {
  /** Where the buckets are. @default 'us-east-1' */
  readonly region?: string;
  /** By name. */
  readonly buckets?: Readonly<Record<string, BucketWorld>>;
  readonly keys?: readonly AccessKeyWorld[];
  readonly behaviour?: S3Behaviour;
}

export interface BucketWorld {
  /** By key. */
  readonly objects?: Readonly<Record<string, ObjectWorld>>;
}

export interface ObjectWorld {
  /** Text: the sandbox stores no other bytes. */
  readonly body: string;
  readonly contentType?: string;
  /** ISO 8601. */
  readonly lastModified?: string;
}

export interface AccessKeyWorld {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of temporary credentials: every request must have it. */
  readonly sessionToken?: string;
  /** ISO 8601. */
  readonly expiresAt?: string;
  /** Who may not list gets 403 instead of 404 for an object that does not exist. @default all */
  readonly allows?: readonly Action[];
}

export type Action = 'get' | 'put' | 'delete' | 'list';

/** What a server does with a condition: `ignored` is what several S3-compatible servers do. */
export type Condition = 'honoured' | 'ignored' | 'unsupported';

export interface S3Behaviour {
  /** @default 'honoured' */
  readonly ifNoneMatch?: Condition;
  /** @default 'honoured' */
  readonly ifMatch?: Condition;
  /** An ETag that is not the MD5 of the object, as with SSE-KMS, is another one for each write. @default 'md5' */
  readonly etag?: 'md5' | 'opaque';
  /**
   * Of two conditional writes at once, the loser sometimes gets 409 and has to try again: a number in [0, 1].
   *
   * @default 0.5
   */
  readonly conflicts?: number;
  /** The most keys of a page. @default 1000 */
  readonly maxKeys?: number;
}
