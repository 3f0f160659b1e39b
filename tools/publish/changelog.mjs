// What `changeset version` writes into the changelogs: what users see, without the commits that they would have to look up.

/** @param {{ summary: string }} changeset */
const getReleaseLine = async ({ summary }) => {
  const [first = '', ...rest] = summary.trim().split('\n');
  return [`- ${first}`, ...rest.map((line) => (line.trim() === '' ? '' : `  ${line}`))].join('\n');
};

/**
 * @param {readonly object[]} _
 * @param {readonly { name: string, newVersion: string }[]} updated
 */
const getDependencyReleaseLine = async (_, updated) =>
  updated.length === 0
    ? ''
    : `- Uses ${updated.map(({ name, newVersion }) => `${name} ${newVersion}`).join(', ')}.`;

export default { getReleaseLine, getDependencyReleaseLine };
