import { writeFileSync } from 'node:fs';
import { createHost } from '../../../src/index.js';
import { withServer } from './run-job.js';
import { documentWith, runAll, tableOf } from './table.js';

// Writes the table of packages into docs/security.md, as they run here.
const host = await createHost({ logLevel: 'off' });
try {
  const table = tableOf(await withServer((server) => runAll(host, server)));
  const { path, text } = documentWith(table);
  writeFileSync(path, text);
  process.stdout.write(`${table}\n`);
} finally {
  await host.close();
}
