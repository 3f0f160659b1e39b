import type { Place } from './keyturn.ts';

/** Every form in which a secret may leave: as it is, and as it is often wrapped. */
export const formsOf = (secret: string): string[] => {
  const bytes = Buffer.from(secret);
  return [
    secret,
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
    bytes.toString('hex'),
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
  ];
};

/** Every plaintext that the place knows: all tokens there ever were, and the credentials of the providers. */
export function secretsOf(place: Place): string[] {
  const credentials = ['GITHUB_TOKEN', 'GITLAB_TOKEN', 'CIRCLECI_TOKEN'].map(
    (name) => place.sandbox.env[name] ?? '',
  );
  return [...place.tokens().map(({ token }) => token), ...credentials].filter(
    (secret) => secret !== '',
  );
}

/** The secrets that stand in a text, in any form; empty for one that may be shown to anybody. */
export function leaksIn(text: string, secrets: readonly string[]): string[] {
  return secrets.filter((secret) => formsOf(secret).some((form) => text.includes(form)));
}
