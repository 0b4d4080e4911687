// Three modules of unknown authors: an honest one with a grant works, a malicious one gets nothing while the flow goes on, and an update of
// the honest one that asks for more is refused with the difference. Run it with: npm run build && node dist/examples/sandbox/demo.js
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isPhlowError, lockModules, openFlow } from '../../src/index.js';

const HERE = fileURLToPath(new URL('../../../examples/sandbox/', import.meta.url));

// A copy, since the update changes it.
const folder = mkdtempSync(join(tmpdir(), 'phlow-sandbox-'));
try {
  cpSync(HERE, folder, { recursive: true });
  const path = join(folder, 'secret.txt');
  writeFileSync(path, 'the secret');
  process.env['DEMO_SECRET'] = 'the secret';
  const flow = join(folder, 'main.phlow');

  console.log('1. The owner looks at both packages and accepts them as they are:');
  const { changes } = await lockModules({ baseDir: folder, accept: true });
  for (const { text } of changes) console.log(text);

  console.log(
    '\n2. The honest module works with what it was granted; the malicious one gets nothing, and the flow goes on:',
  );
  {
    await using opened = await openFlow(flow, { packagesDir: folder });
    console.log(await opened.run({ main: { variable: 'DEMO_SECRET', path } }));
  }

  console.log('\n3. An update of the honest module asks for more:');
  cpSync(join(HERE, 'update', 'phlow.yaml'), join(folder, 'phlow_packages', 'invoice', 'phlow.yaml'));
  try {
    await openFlow(flow, { packagesDir: folder });
  } catch (error) {
    if (!isPhlowError(error)) throw error;
    console.log(`${error.code}: ${error.message}`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
