/**
 * `phlow`: embed the host in a Node application, open flows, and what the command line is made of.
 *
 * @module phlow
 */
export { PhlowError, isPhlowError, type PhlowErrorCode, type PhlowErrorOptions } from './errors.js';
export type { SourceLocation } from './code-frame.js';
export type { Value, ValueMap } from './values.js';
export { createHost } from './host/create-host.js';
export type { Host } from './host/host.js';
export type {
  AnyFunction,
  AnyFunctionOptions,
  ApplicationFunction,
  ApplicationFunctions,
  Caller,
  FunctionContext,
  FunctionOptions,
  ProvidedFunction,
} from './host/function-types.js';
export type { StandardIssue, StandardResult, StandardSchema } from './sdk/standard-schema.js';
export type { NatsOptions } from './nats/nats-options.js';
export type { HostOptions, ReplaceOptions, ServedModule, ServeOptions } from './host/host-options.js';
export type { IsolationOptions } from './host/isolation-options.js';
export type { PendingFilter } from './host/option-rules.js';
export type { LoadedAll } from './host/load/load-all.js';
export type { LoadEntry } from './host/module-types.js';
export type { TracedCall } from './host/call/telemetry.js';
export type { OpenTelemetryApi } from './host/call/call-tracer.js';
export type { HostEvent } from './host/host-events.js';
export type { ExitReport, PackageNote } from './host/diagnostics/exit-report.js';
export type { HangReport, HangFrame, HangReportOptions } from './host/diagnostics/hang-inspection.js';
export type { DeadLetter } from './host/diagnostics/dead-letters.js';
export type { RedeliverOptions } from './host/module-types.js';
export type { Durations, HostInspection, ModuleInspection } from './host/module/inspection.js';
export type { Circuit, ReadinessCheck, RestartPolicy } from './host/module-types.js';
export type {
  CallOptions,
  CallSignal,
  LoadOptions,
  Module,
  ModuleState,
  RecyclePolicy,
  StopReport,
} from './host/module-types.js';
// Whole, so that a file of `phlow types` can add to its interface.
export type * from './host/typed-modules.js';
export { moduleTypes, type ModuleDeclarations } from './host/load/declare-modules.js';
export { PHLOW_FOLDER } from './manifest/phlow-folder.js';
export { builtInNames } from './manifest/built-in-modules.js';
export { moduleNameProblem } from './runtime/module-name.js';
export type { LogLine } from './host/log/log-line.js';
export type { LogSink } from './host/log/log-sink.js';
export type { LogRate } from './host/log/log-gate.js';
export type { LogLevel } from './wire/log-record.js';
export type { JsonSchema } from './manifest/dialect.js';
export type {
  Engines as ManifestEngines,
  EventSchema,
  Limits as ManifestLimits,
  Manifest,
  Parameter as ManifestParameter,
  Permissions,
  Timeouts as ManifestTimeouts,
} from './manifest/manifest.js';
export { openFlow, type Flow } from './runtime/flow.js';
export type { FlowRunOptions, LocalModule, OpenFlowOptions, ResumeOptions } from './runtime/flow-options.js';
export type { JournalOptions } from './runtime/journal/flow-journal.js';
export { listRuns, pruneRuns, type RunInfo } from './runtime/journal/list-runs.js';
export { graphFlow } from './runtime/graph-flow.js';
export { flowSchemaText } from './runtime/check-flow.js';
export { isFlow } from './runtime/flow-source.js';
export { checkFlow, type CheckFlowOptions } from './runtime/check-flow.js';
export { flowFileOf, type FlowSource } from './runtime/flow-source.js';
export type {
  InlineContext,
  InlineHandler,
  InlineModule,
  InlineModules,
  InlinePackage,
} from './runtime/inline-module.js';
export type { StepEvent, StepInfo, StepListener } from './runtime/step-events.js';
export type { FlowInfo } from './flow/document/flow-document.js';
export type { Diagnostic } from './flow/diagnostics.js';
export type { CaseResult } from './flow/tests/run-case.js';
export type { Explanation, Side } from './flow/tests/explain.js';
export type { TestOptions, TestReport } from './flow/tests/run-tests.js';
export { testFlow, type TestFlowOptions } from './runtime/tests/test-flow.js';
export { testFiles, type TestFilesOptions } from './runtime/tests/test-files.js';
export { isProgram } from './runtime/flow-program.js';
export { flowSources } from './runtime/flow-sources.js';
export { hasTests } from './runtime/tests/find-tests.js';
export type { CaseReport, FileReport, ProblemReport, ReportNode } from './runtime/tests/file-report.js';
export {
  coverageTotals,
  mergeCoverage,
  type ConditionCoverage,
  type CoverageTotals,
  type FileCoverage,
  type Share,
  type StepCoverage,
} from './flow/coverage/file-coverage.js';
export { lcovText } from './flow/coverage/lcov.js';
export { listModules, type ListedModule } from './host/load/list-modules.js';
export { inputShape, type InputShape } from './manifest/types/input-shape.js';
export type { Origin as ModuleOrigin } from './host/load/resolve.js';
export { manifestWarnings, type ManifestWarning } from './manifest/manifest-warnings.js';
export { readManifest } from './host/load/read-manifest.js';
export type { IsolationLevel } from './manifest/isolation.js';
export type { ProgramInfo, StyledText, Terminal, TextStyle } from './sandbox/broker/terminal.js';
export type { Jail } from './sandbox/jail.js';
export type { ModuleLimits } from './sandbox/limits.js';
export type { CapabilityUse } from './sandbox/broker/broker.js';
export type { PermissionUse } from './sandbox/permission-table.js';
export { evaluate, type EvaluateOptions } from './phs/evaluate.js';
export { Session, type SessionCalls, type SessionOptions } from './phs/session.js';
export type { ModuleCall, Stoppable } from './phs/program.js';
export type { ModuleSignature } from './phs/compile/compiler.js';
export type { Limits as ExpressionLimits } from './phs/limits.js';
export {
  modulePermissions,
  type DescribedPermission,
  type InnerPermissions,
  type ModulePermissions,
} from './audit/module-permissions.js';
export { assertAccepted, assertLoadable } from './audit/standing.js';
export { lockModules, type LockChange, type LockOptions, type LockReport } from './audit/lock-modules.js';
export {
  audit,
  type AuditOptions,
  type AuditReport,
  type AuditedDependency,
  type AuditedModule,
} from './audit/audit.js';
export type { LockWord } from './audit/examine.js';
export type { AuditedPermission } from './audit/audited-permissions.js';
export type { Problem as AuditProblem } from './audit/problems.js';
export {
  cachePlace,
  clearCache,
  verifyCache,
  type CachePlace,
  type CacheReport,
  type ClearedCache,
} from './audit/bundle-cache.js';
export {
  buildModule,
  type BuildOptions,
  type BuiltFile,
  type BuiltModule,
} from './authoring/build/build-module.js';
export { flowCase, type FlowCaseOptions } from './authoring/fuzz/flow-case.js';
export { fuzzModule, type FuzzOptions, type FuzzReport } from './authoring/fuzz/fuzz-module.js';
export type { ActionTally } from './authoring/fuzz/fuzz-tally.js';
export type { FuzzOutcome, FuzzProblem, FuzzProblemKind } from './authoring/fuzz/judge-call.js';
export type { FuzzCall, FuzzFailure } from './authoring/fuzz/run-sequence.js';
export { moduleDocs, type ModuleDocs, type ModuleDocsOptions } from './authoring/docs/module-docs.js';
export { learn, type LearnOptions, type Learnt } from './audit/learn/learn.js';
export {
  doctor,
  type Diagnostic as DoctorDiagnostic,
  type DoctorOptions,
  type DoctorReport,
  type LevelReport,
} from './audit/doctor/doctor.js';
export { packModule, type PackedFile, type PackedModule } from './packages/pack.js';
export type { PackageDependency } from './packages/dependencies.js';
export { installPackages, type InstallOptions, type InstallReport } from './packages/install.js';
export type { PackageChange } from './packages/package-change.js';
export type { LockOrigin } from './sandbox/lock/lock-file.js';
export { uninstallPackages, type UninstallReport } from './packages/uninstall.js';
export { outdatedPackages, updatePackages, type OutdatedPackage } from './packages/outdated.js';
export type { NpmOptions } from './packages/npm.js';
export { checkPublish, publishPackage, type PublishCheck } from './packages/publish.js';
