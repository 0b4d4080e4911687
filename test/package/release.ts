import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeFiles } from '../support/write-files.js';

// What `npm run release:check` asks of the tarball beside publint: no source maps, whose sources it does not hold, and types that a strict
// application can compile against.

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const CONSUMER = `
import { createHost, isPhlowError, openFlow, type Module } from 'phlow';
import { createStep } from 'phlow/sdk';
import { withModule } from 'phlow/testing';
await using host = await createHost();
const module: Module = await host.load('echo');
export const reply: unknown = await module.call(1, { timeoutMs: 5 });
export const step = createStep<{ n: number }>(({ input }) => input.n);
export const uses = [isPhlowError, openFlow, withModule] as const;
`;

const folder = mkdtempSync(join(tmpdir(), 'phlow-release-'));
try {
  const pack = ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder];
  const name = execFileSync('npm', pack, { cwd: ROOT, encoding: 'utf8' }).trim();
  const own = join(folder, 'node_modules', 'phlow');
  mkdirSync(own, { recursive: true });
  execFileSync('tar', ['xzf', join(folder, name), '-C', own, '--strip-components=1']);
  const files = readdirSync(own, { recursive: true, encoding: 'utf8' });
  const maps = files.filter((file) => file.endsWith('.map'));
  if (maps.length > 0) throw new Error(`the tarball holds ${maps.length} source maps without their sources`);
  for (const scope of ['@types', '@opentelemetry', 'undici-types'])
    symlinkSync(join(ROOT, 'node_modules', scope), join(folder, 'node_modules', scope));
  writeFiles(folder, { 'package.json': '{"type":"module"}', 'consumer.ts': CONSUMER });
  const options =
    '--strict --noEmit --module nodenext --target es2022 --lib es2023,esnext.disposable --types node --exactOptionalPropertyTypes';
  execFileSync(
    process.execPath,
    [join(ROOT, 'node_modules/typescript/bin/tsc'), ...options.split(' '), 'consumer.ts'],
    { cwd: folder, stdio: 'inherit' },
  );
  process.stdout.write(
    `the tarball is fit for release: ${files.length} entries, no source maps, types compile\n`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
