import type { FileReport } from '../../index.js';

/** What a reporter needs to know of the run besides its reports. */
export interface ReportContext {
  readonly filter: string | undefined;
  /** Whether the output understands colours. */
  readonly isColourful: boolean;
}

/** Puts test reports into words: for people, or for programs. */
export interface Reporter {
  /** True: its lines are commands to a build server. */
  readonly isCommanding?: boolean;
  /** What is said as soon as a file is done. */
  onFile?(report: FileReport, count: number, context: ReportContext): readonly string[];
  /** What is said when all files are done. */
  atEnd?(reports: readonly FileReport[], context: ReportContext): readonly string[];
}
