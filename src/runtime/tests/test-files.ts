import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Piscina } from 'piscina';
import { messageOf, PhlowError } from '../../errors.js';
import { followAbort } from '../../follow-abort.js';
import { piscina } from '../../piscina-package.js';
import type { TestOptions } from '../../flow/tests/run-tests.js';
import type { PackageFlowOptions } from '../held-flow.js';
import { readOptions } from '../../options.js';
import { TEST_FILES_OPTIONS } from '../option-rules.js';
import { problemReport, type FileReport } from './file-report.js';
import { testFile, type FileTask } from './test-file.js';
import { currentFolder } from '../../current-folder.js';

/** How the tests of several files are run; everything is optional. */
export interface TestFilesOptions extends TestOptions, PackageFlowOptions {
  /** True: reports say what the tests reached. */
  readonly coverage?: boolean;
  /** How many files are tested at once; default: as many as there are processors. */
  readonly jobs?: number | undefined;
  /** The folder that holds `phlow_packages`; default: the current folder. */
  readonly packagesDir?: string;
  /** Is given each report as soon as those of the files before it are there. */
  readonly onReport?: (report: FileReport) => void;
}

/**
 * Runs the tests of files, each file in a thread of a pool; a single file, and all of them with one job, in this thread. The reports are in
 * the order of the files; what keeps the tests of a file from running is part of its report.
 */
export async function testFiles(
  files: readonly string[],
  options?: TestFilesOptions,
): Promise<readonly FileReport[]> {
  const read = readOptions('Cannot test flows', options, TEST_FILES_OPTIONS);
  const { coverage = false, packagesDir = currentFolder(), signal, onReport, jobs: most, ...others } = read;
  const jobs = Math.min(files.length, most ?? availableParallelism());
  const tasks = files.map((file) => ({ ...others, file, coverage, packagesDir }));
  const reports: FileReport[] = [];
  const pool = jobs > 1 ? new TestPool(jobs, signal) : undefined;
  try {
    const pending = pool === undefined ? undefined : tasks.map((task) => pool.run(task));
    for (const [index, task] of tasks.entries()) {
      if (signal?.aborted === true) break;
      const report = await (pending?.[index] ?? testFile(task, signal));
      reports.push(report);
      onReport?.(report);
    }
  } finally {
    await pool?.close();
  }
  return reports;
}

const THREAD_FILE = fileURLToPath(new URL('test-file.js', import.meta.url));

/** The threads that test files. */
class TestPool {
  readonly #pool: Piscina;
  readonly #unfollow: () => void;

  constructor(jobs: number, signal: AbortSignal | undefined) {
    this.#pool = new (piscina().Piscina)({
      filename: THREAD_FILE,
      name: 'testFile',
      minThreads: jobs,
      maxThreads: jobs,
      // Otherwise an idle thread blocks its event loop, and with it the ports of the modules below it.
      atomics: 'disabled',
      recordTiming: false,
    });
    this.#unfollow = followAbort(signal, () => void this.close());
  }

  /** Never rejects: a thread that died is part of the report. */
  async run(task: FileTask): Promise<FileReport> {
    const startedAt = new Date().toISOString();
    try {
      return (await this.#pool.run(task)) as FileReport;
    } catch (error) {
      const message = `Cannot test ${task.file}: the thread that tested it ended: ${messageOf(error)}`;
      const died = new PhlowError('PHLOW_INTERNAL', message, { cause: error });
      return problemReport(died, { file: task.file, startedAt, durationMs: 0 });
    }
  }

  async close(): Promise<void> {
    this.#unfollow();
    await this.#pool.destroy();
  }
}
