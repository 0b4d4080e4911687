import { CALL_PATH, CRUMB_LINES, figuresOf } from './figures.js';
import useOwnCache from '../support/own-cache.js';

useOwnCache();

// The figures of the house: `npm run house`. With --crumbs also the names of the small files.
for (const folder of ['src/host', 'src', 'workers']) {
  const { files, folders, crumbs, tooLong } = figuresOf(folder);
  console.log(
    `${folder}: ${files} files in ${folders} folders; ${crumbs.length} of ${CRUMB_LINES} lines or less; too long: ${tooLong.length}`,
  );
  if (process.argv.includes('--crumbs')) for (const name of crumbs) console.log(`  ${name}`);
}
console.log(`from module.call() to the handler and back: ${CALL_PATH.length} files`);
for (const { file, does } of CALL_PATH) console.log(`  ${file}: ${does}`);
