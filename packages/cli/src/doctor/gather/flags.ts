export interface GatherFlags {
  readonly config?: string;
  readonly org?: string;
  readonly sink: readonly string[];
  readonly allow?: readonly string[];
  readonly tokenId?: string;
  readonly security?: boolean;
}
