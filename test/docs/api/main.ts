import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { API_FOLDER, writeApi } from './write-api.js';
import useOwnCache from '../../support/own-cache.js';

useOwnCache();

/* npm run docs:api: writes docs/api from the sources. With --check: exits with 1 when docs/api is not what they say, and writes nothing. */

function pagesIn(folder: string): ReadonlyMap<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.md'),
  );
  return new Map(names.toSorted().map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

async function staleIn(folder: string): Promise<readonly string[]> {
  await writeApi(folder);
  const [now, kept] = [pagesIn(folder), pagesIn(API_FOLDER)];
  return [...new Set([...now.keys(), ...kept.keys()])].filter((name) => now.get(name) !== kept.get(name));
}

if (process.argv.includes('--check')) {
  const folder = mkdtempSync(join(tmpdir(), 'phlow-api-'));
  try {
    const stale = await staleIn(folder);
    if (stale.length > 0) {
      console.error(`docs/api is not what the sources say: ${stale.join(', ')}; run npm run docs:api`);
      process.exitCode = 1;
    } else console.log('docs/api is what the sources say');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
} else {
  await writeApi(API_FOLDER);
  console.log(`wrote ${[...pagesIn(API_FOLDER).keys()].join(', ')}`);
}
