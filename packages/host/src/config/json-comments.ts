/** A part of a text that is not code of JSON: a string, or a comment. `#` begins comments in YAML, which some people write here. */
const PART =
  /"(?:[^"\\\n]|\\.)*"?|'[^'\n]*'?|(?:^|(?<=\s))#.*|\/\/.*|\/\*[\s\S]*?(?:\*\/|$(?![\s\S]))|[,\]}]/gm;

/**
 * Replaces comments and trailing commas in JSON by spaces, so that every place stays the same. Editors write both into
 * files named `.json`, and the configurations of many programs may have them.
 */
export function blankComments(text: string): string {
  const commas: number[] = [];
  let comma: number | undefined;
  let end = 0;
  const blanked = text.replaceAll(PART, (part, offset: number) => {
    if (/\S/.test(text.slice(end, offset))) comma = undefined;
    end = offset + part.length;
    if (/^\/[/*]/.test(part)) return part.replaceAll(/[^\n]/g, ' ');
    if (comma !== undefined && /^[\]}]/.test(part)) commas.push(comma);
    comma = part === ',' ? offset : undefined;
    return part;
  });
  if (commas.length === 0) return blanked;
  const characters = blanked.split('');
  for (const at of commas) characters[at] = ' ';
  return characters.join('');
}

/** Whether a text without comments is JSON, and not only YAML. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
