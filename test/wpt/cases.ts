import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { CaseData } from './checks/all.js';

const DATA = fileURLToPath(new URL('../../../test/wpt/data/', import.meta.url));

/** The data of all cases by the names of their files. */
export function readCases(): CaseData {
  return Object.fromEntries(
    readdirSync(DATA).map((name) => [
      name.replace('.json', ''),
      JSON.parse(readFileSync(DATA + name, 'utf8')) as readonly unknown[],
    ]),
  );
}
