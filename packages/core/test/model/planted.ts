// Run as a program of its own, with the name of a plant: plants it into the modules as they are loaded, and prints what the
// model finds. The files themselves are never changed.
import { registerHooks } from 'node:module';

import { plants } from './plants.ts';

const [, , name = ''] = process.argv;
const plant = plants.find((one) => one.name === name);
if (plant === undefined) throw new Error(`there is no plant "${name}"`);
const missing = new Set(plant.edits.map(([, before]) => before));

registerHooks({
  load(url, context, next) {
    const loaded = next(url, context);
    let source = Buffer.from((loaded.source ?? '') as string).toString();
    const edits = plant.edits.filter(([file]) => url.endsWith(`/src/${file}`));
    if (edits.length === 0) return loaded;
    for (const [, before, after] of edits) {
      if (source.split(before).length === 2) missing.delete(before);
      source = source.replace(before, after);
    }
    return { ...loaded, source };
  },
});

const { explore } = await import('./explore.ts');
const { worlds } = await import('./worlds.ts');
if (missing.size > 0)
  throw new Error(`not in the code any more, or not once: ${[...missing].join(' | ')}`);
const { broken = 'nothing' } = await explore(worlds[plant.world].plan);
process.stdout.write(`${broken}\n`);
