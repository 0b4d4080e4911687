import { existsSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { isMap } from '../../src/values.js';
import { messageOf } from '../../src/errors.js';
import { NoSuchModule, type FileReport, type VectorRunner } from './runner.js';
import useOwnCache from '../support/own-cache.js';

useOwnCache();

/** One loader per kind of file, so that a file of one kind does not pay for the others. */
const RUNNERS: Readonly<Record<string, () => Promise<VectorRunner>>> = {
  'phs.yaml': async () => (await import('./phs-runner.js')).phsRunner,
  'flow.yaml': async () => (await import('./flow-runner.js')).openFlowRunner(),
  'cache.yaml': async () => (await import('./cache-runner.js')).openCacheRunner(),
  'module.yaml': async () => (await import('./module-runner.js')).openModuleRunner(),
};

const VECTORS = fileURLToPath(new URL('../../../test/conformance/vectors', import.meta.url));
/** No vector waits longer than this for a result. */
const VECTOR_TIMEOUT_MS = 20_000;

/** Counts one vector, for its file and for the module it is about. */
function count(report: FileReport, outcome: 'passed' | 'failed', module: string | undefined): void {
  report[outcome]++;
  if (module === undefined) return;
  const modules = (report.modules ??= {});
  (modules[module] ??= { passed: 0, failed: 0 })[outcome]++;
}

async function runFile(path: string, open: () => Promise<VectorRunner>): Promise<FileReport> {
  const runner = await open();
  const vectors = parse(readFileSync(path, 'utf8'), { intAsBigInt: runner.intAsBigInt ?? false }) as unknown;
  const report: FileReport = { file: basename(path), passed: 0, failed: 0, unknown: 0, failures: [] };
  for (const [index, vector] of (Array.isArray(vectors) ? vectors : []).entries()) {
    if (!isMap(vector)) continue;
    let timer: NodeJS.Timeout | undefined;
    try {
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(
          () => reject(new Error(`no result within ${VECTOR_TIMEOUT_MS} ms`)),
          VECTOR_TIMEOUT_MS,
        );
      });
      await Promise.race([runner.check(vector), late]);
      count(report, 'passed', runner.moduleOf?.(vector));
    } catch (error) {
      if (error instanceof NoSuchModule) {
        report.unknown++;
        continue;
      }
      count(report, 'failed', runner.moduleOf?.(vector));
      report.failures.push({ name: runner.nameOf(vector, index), reason: messageOf(error) });
    } finally {
      clearTimeout(timer);
    }
  }
  await runner.close?.();
  return report;
}

const { values, positionals } = parseArgs({
  options: { json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
  allowPositionals: true,
});

if (values.help) {
  console.log(
    'Usage: npm run conformance -- [DIR] [--json]\n\nRuns every phs.yaml, flow.yaml, cache.yaml and module.yaml in DIR. Vectors about modules that phlow does not have are counted apart.',
  );
} else {
  const dir = resolve(positionals[0] ?? VECTORS);
  const files: FileReport[] = [];
  for (const [file, open] of Object.entries(RUNNERS)) {
    const path = join(dir, file);
    if (existsSync(path)) files.push(await runFile(path, open));
  }
  if (values.json) {
    console.log(JSON.stringify({ files }));
  } else {
    for (const file of files) {
      for (const { name, reason } of file.failures)
        console.log(`${file.file}: ${name}: ${reason.replaceAll('\n', ' ')}`);
    }
    for (const { file, passed, failed, unknown } of files) {
      const others = unknown === 0 ? '' : `, ${unknown} about modules that phlow does not have`;
      console.log(`${file}: ${passed} passed, ${failed} failed${others}`);
    }
    if (files.length === 0) console.error(`No vectors in ${dir}`);
  }
  process.exitCode = files.length === 0 || files.some((file) => file.failed > 0) ? 1 : 0;
}
