import type { TestOptions } from '../flow/tests/run-tests.js';
import { ISOLATION_OPTIONS } from '../host/option-rules.js';
import { AS, type Rules } from '../options.js';
import type { FlowRunOptions, OpenFlowOptions, ResumeOptions } from './flow-options.js';
import type { CheckFlowOptions } from './check-flow.js';
import type { PackageFlowOptions } from './held-flow.js';
import type { JournalOptions } from './journal/flow-journal.js';
import type { TestFilesOptions } from './tests/test-files.js';
import type { TestFlowOptions } from './tests/test-flow.js';

const PACKAGE_FLOW_OPTIONS: Rules<PackageFlowOptions> = {
  isolation: ISOLATION_OPTIONS.isolation,
  jail: ISOLATION_OPTIONS.jail,
  limits: ISOLATION_OPTIONS.limits,
  grant: ISOLATION_OPTIONS.grant,
};

export const OPEN_FLOW_OPTIONS: Rules<OpenFlowOptions> = {
  host: AS.object,
  // The functions in these are looked at one by one.
  functions: AS.object,
  modules: AS.object,
  packagesDir: AS.text,
  envs: AS.object,
  concurrency: AS.count(1),
  serve: AS.yesOrNo,
  terminal: AS.object,
  log: AS.callback,
  onStep: AS.callback,
  clock: AS.oneOf('real', 'manual'),
  journal: AS.optionsOr<JournalOptions>({ folder: AS.text, sync: AS.oneOf('process', 'power') }, AS.text),
  ...PACKAGE_FLOW_OPTIONS,
};

export const RUN_OPTIONS: Rules<FlowRunOptions> = {
  main: AS.given,
  payload: AS.given,
  signal: AS.signal,
  timeoutMs: AS.milliseconds,
  startStep: AS.text,
  traceparent: AS.text,
  id: AS.text,
};

export const RESUME_OPTIONS: Rules<ResumeOptions> = {
  again: AS.yesOrNo,
  done: AS.given,
  signal: AS.signal,
  timeoutMs: AS.milliseconds,
};

export const CLOSE_OPTIONS: Rules<{ readonly graceMs?: number }> = { graceMs: AS.milliseconds };

export const CHECK_FLOW_OPTIONS: Rules<CheckFlowOptions> = {
  ...PACKAGE_FLOW_OPTIONS,
  packagesDir: AS.text,
  host: AS.object,
};

export const TEST_OPTIONS: Rules<TestOptions> = {
  filter: AS.text,
  signal: AS.signal,
  timeoutMs: AS.milliseconds,
};

export const TEST_FLOW_OPTIONS: Rules<TestFlowOptions> = {
  ...TEST_OPTIONS,
  ...PACKAGE_FLOW_OPTIONS,
  host: OPEN_FLOW_OPTIONS.host,
  functions: OPEN_FLOW_OPTIONS.functions,
  modules: OPEN_FLOW_OPTIONS.modules,
  packagesDir: OPEN_FLOW_OPTIONS.packagesDir,
  envs: OPEN_FLOW_OPTIONS.envs,
  log: OPEN_FLOW_OPTIONS.log,
  onStep: OPEN_FLOW_OPTIONS.onStep,
};

export const TEST_FILES_OPTIONS: Rules<TestFilesOptions> = {
  ...TEST_OPTIONS,
  ...PACKAGE_FLOW_OPTIONS,
  coverage: AS.yesOrNo,
  jobs: AS.count(1),
  packagesDir: AS.text,
  onReport: AS.callback,
};
