/** What comparisons by culture, as .NET's runners make them, do not see. A break of lines is none of it. */
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
 * Text that no CI takes for a command to its runner, whoever wrote it. One character of what would be one is written as an escape,
 * which a person can read and which JSON has for the same character: a document says the same after it.
 */
export function withoutCommands(text: string): string {
  return text
    .replaceAll(HASHES, String.raw`\u0023`)
    .replaceAll(COLONS, String.raw`$1\u003a`)
    .replaceAll(SECTIONS, (found) => found.replace('_', String.raw`\u005f`));
}
