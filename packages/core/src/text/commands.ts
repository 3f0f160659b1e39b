/** Characters that the culture-sensitive comparisons of .NET runners ignore. Line breaks are not among them. */
const UNSEEN = String.raw`(?:(?![\n\r])[\p{Cc}\p{Cf}\p{M}])*`;

/** `##[error]`, `##vso[…]`, `##teamcity[…]`: GitHub's and Azure's runners look for them anywhere in a line (actions/runner, ActionCommand.cs). */
const HASHES = new RegExp(String.raw`#(?=${UNSEEN}#[\p{L}\p{Cf}\p{M}]{0,40}\[)`, 'gu');
/** `::error::` at the start of a line, after blanks: GitHub's, Gitea's and Forgejo's runners. */
const COLONS = new RegExp(
  String.raw`(?<=^|[\n\r])((?:(?![\n\r])[\s\p{Cc}\p{Cf}\p{M}])*):(?=${UNSEEN}:)`,
  'gu',
);
/** `section_start:0:name`: GitLab folds what follows. */
const SECTIONS = /section_(?=(?:start|end):\d)/gi;

/**
 * Escapes everything in a text that a CI runner would execute as a command. One character is replaced by its JSON escape, so
 * that people can still read it, and JSON documents keep their meaning.
 */
export function withoutCommands(text: string): string {
  return text
    .replaceAll(HASHES, String.raw`\u0023`)
    .replaceAll(COLONS, String.raw`$1\u003a`)
    .replaceAll(SECTIONS, (found) => found.replace('_', String.raw`\u005f`));
}
