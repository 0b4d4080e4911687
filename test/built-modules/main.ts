import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { buildModule, builtInNames, PHLOW_FOLDER } from '../../src/index.js';
import useOwnCache from '../support/own-cache.js';

useOwnCache();

/* npm run build:modules [-- NAME...]: bundles the modules that ship with phlow, as `phlow build` bundles those of others. */
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !builtInNames().includes(name));
if (unknown.length > 0) {
  console.error(
    `no module that ships is called ${unknown.join(', ')}: they are ${builtInNames().join(', ')}`,
  );
  process.exit(2);
}
for (const name of wanted.length > 0 ? wanted : builtInNames()) {
  const entry = join(PHLOW_FOLDER, 'workers/modules', name, 'index.ts');
  if (!existsSync(entry)) throw new Error(`There is no ${entry}: run it in a clone of phlow`);
  const { folder, files } = await buildModule(name, {
    entry,
    allowOutside: true,
    outDir: join(PHLOW_FOLDER, 'dist/modules'),
  });
  console.log(`${name}: ${folder} (${files.map(({ path, bytes }) => `${path} ${bytes} bytes`).join(', ')})`);
}
