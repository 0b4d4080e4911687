import { CoverageCollector } from '../../flow/coverage/collector.js';
import type { TestOptions } from '../../flow/tests/run-tests.js';
import type { PackageFlowOptions } from '../held-flow.js';
import { findFlow } from '../flow-source.js';
import { fileReport, problemReport, type FileReport } from './file-report.js';
import { runFlowTests } from './test-flow.js';

/** The tests of one file, as plain data. */
export interface FileTask extends Pick<TestOptions, 'filter' | 'timeoutMs'>, PackageFlowOptions {
  readonly file: string;
  readonly coverage: boolean;
  /** The folder that holds `phlow_packages`. */
  readonly packagesDir: string;
}

/** Runs the tests of one file. Never rejects: what keeps them from running is part of the report. Also the task of a pool's threads. */
export async function testFile(task: FileTask, signal?: AbortSignal): Promise<FileReport> {
  const { file, coverage, ...options } = task;
  const startedAt = new Date().toISOString();
  const since = performance.now();
  try {
    const collector = coverage ? new CoverageCollector() : undefined;
    const watch = collector === undefined ? {} : { watch: collector.watch.bind(collector) };
    const report = await runFlowTests(findFlow(file), { ...options, signal }, watch);
    const durationMs = performance.now() - since;
    return fileReport(report, { file, startedAt, durationMs, coverage: collector?.files() ?? [] });
  } catch (error) {
    return problemReport(error, { file, startedAt, durationMs: performance.now() - since });
  }
}
