// The one file that an old Node must be able to read: it answers there with a line instead of a syntax error.
import cacheFolder from './cache.js';
import writerFor from './writer.js';

const NEEDED = [22, 19];

/**
 * Checks the Node version, answers `--version` before anything else is loaded, and starts the program.
 *
 * @param {'keyturn' | 'rotate'} program
 */
export default function start(program) {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < NEEDED[0] || (major === NEEDED[0] && minor < NEEDED[1])) {
    process.stderr.write(
      `${program}: needs Node ${NEEDED.join('.')} or newer; this is Node ${process.versions.node}
  Install Node 24 from https://nodejs.org/en/download, or with a version manager: nvm install 24, fnm install 24.\n`,
    );
    process.exitCode = 2;
    return;
  }
  const words = process.argv.slice(2);
  if (words.some((word) => word === '--version' || word === '-V')) {
    const { readFileSync } = process.getBuiltinModule('node:fs');
    const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
    print(`${manifest.version}\n`);
    return;
  }
  if (program === 'keyturn' && isHelp(words) && !isNarrow(process.stdout)) {
    try {
      const { readFileSync } = process.getBuiltinModule('node:fs');
      print(readFileSync(new URL('../dist/help.txt', import.meta.url)));
      return;
    } catch {
      // The program can tell it as well.
    }
  }
  // What it writes at a crash, or where NODE_OPTIONS ask for it, is kept and sent around; the environment holds credentials.
  Object.assign(process.report ?? {}, { excludeEnv: true, excludeNetwork: true });
  // What Node warns of is said by the program, as it says all else: kept until that is loaded.
  const warnings = [];
  const keep = (warning) => warnings.push(warning);
  process.removeAllListeners('warning').on('warning', keep);
  // Compiled code is kept between runs, which saves a fifth of the time to start; a runner that is new each time has none. A folder that the user names is in use already.
  if (!process.env.NODE_COMPILE_CACHE) keepCompiled(cacheFolder(process.env));
  load().then(({ main }) => main(program, writerFor, { warnings, keep }), missing);
}

async function load() {
  if (process.versions.pnp !== undefined) await (await import('./plug-and-play.js')).default();
  return import('../dist/main.js');
}

/** @param {string | undefined} folder */
function keepCompiled(folder) {
  // An import of it would take six times as long, since it reads every export.
  if (folder !== undefined) process.getBuiltinModule('node:module').enableCompileCache(folder);
}

/** @param {string | Uint8Array} text */
function print(text) {
  writerFor(process.stdout, (code) => {
    if (code === 'EPIPE') return;
    process.stderr.write(`keyturn: cannot write to standard output (${code})\n`);
    process.exitCode = 3;
  })(text);
}

/** The whole help is made when the program is built: its parser takes longer to load than Node. */
function isHelp(words) {
  const [first, second] = words;
  return second === undefined && [undefined, '--help', '-h', 'help'].includes(first);
}

/** The help was made for a wider terminal. */
function isNarrow({ isTTY, columns }) {
  return isTTY && columns < 80;
}

function missing(error) {
  if (error.code !== 'ERR_MODULE_NOT_FOUND' || !String(error.message).includes('main.js'))
    throw error;
  process.stderr.write('keyturn is not built yet. Run: npm run setup\n');
  process.exitCode = 2;
}
