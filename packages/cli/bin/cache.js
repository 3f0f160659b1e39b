// As it is: an import would load all that it can give. An old Node has none, and gets no further than the check of its version.
const { lstatSync, mkdirSync, realpathSync } = process.getBuiltinModule?.('node:fs') ?? {};

/**
 * The folder that compiled code is kept in between runs: the user's own, or none. What lies in a shared one could be anybody's, and
 * it is run as it is.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {string | undefined} undefined where there is no folder that only this user can write
 */
export default function cacheFolder(env) {
  const user = process.geteuid?.();
  // On Windows this folder is nobody else's by itself.
  if (user === undefined)
    return env.LOCALAPPDATA ? `${env.LOCALAPPDATA}\\keyturn\\cache` : undefined;
  const { XDG_CACHE_HOME: given = '', HOME: home = '' } = env;
  // docs: XDG Base Directory Specification; a relative path is to be ignored.
  const parent = given.startsWith('/') ? given : home.startsWith('/') ? `${home}/.cache` : '';
  if (parent === '') return undefined;
  try {
    make(parent);
    const real = realpathSync(parent);
    if (!isOurWay(real, user)) return undefined;
    const folder = `${real}/keyturn`;
    make(folder);
    const stats = lstatSync(folder);
    const isOurs = stats.isDirectory() && stats.uid === user && (stats.mode & 0o077) === 0;
    return isOurs ? folder : undefined;
  } catch {
    return undefined;
  }
}

/** What stands in the way shows at the next look. */
function make(folder) {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch {}
}

/** Nobody but this user and root can put another folder in the place of one on the way. */
function isOurWay(path, user) {
  for (let end = path.length; end >= 0; end = path.lastIndexOf('/', end - 1)) {
    const { uid, mode } = lstatSync(path.slice(0, end) || '/');
    const isShared = (mode & 0o022) !== 0 && (mode & 0o1000) === 0;
    if ((uid !== user && uid !== 0) || isShared) return false;
    if (end === 0) return true;
  }
  return true;
}
