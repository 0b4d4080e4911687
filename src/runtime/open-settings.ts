import { NestedMocks } from '../flow/tests/mocks.js';
import type { ProgramInfo } from '../sandbox/broker/terminal.js';
import { currentFolder } from '../current-folder.js';
import type { FlowHost } from './flow-host.js';
import type { FlowTools, OpenFlowOptions } from './flow-options.js';
import type { FoundFlow } from './flow-source.js';
import type { OpenSettings, WriteLog } from './open-context.js';
import { stepEvents, type StepListener } from './step-events.js';

/** What a flow and the scripts inside it are opened with, where somebody opens it by itself. */
export function openSettings(
  options: OpenFlowOptions,
  tools: FlowTools,
  found: FoundFlow,
  own: {
    readonly host: FlowHost;
    readonly log: WriteLog;
    readonly envs: OpenFlowOptions['envs'];
    readonly onStep: StepListener | undefined;
  },
): OpenSettings {
  const { host, log, envs, onStep } = own;
  // A flow that came with a package finds none: what it may use is granted to its modules.
  const isOwners = found.packageFolder === undefined;
  return {
    host: () => Promise.resolve(host.get()),
    inline: options.modules ?? {},
    provided: (name: string) => (isOwners ? host.provided(name) : undefined),
    packagesDir: options.packagesDir ?? currentFolder(),
    envs: () => ({ ...envs }),
    log,
    clock: options.clock,
    checkOutput: tools.checkOutput ?? false,
    serve: options.serve ?? false,
    terminal: (program: ProgramInfo) => options.terminal && { ...options.terminal, program },
    observer: onStep && stepEvents(onStep),
    mocks: tools.mocks ?? new Map<string, never>(),
    watch: tools.watch,
    loadAs: tools.loadAs,
    nestedMocks: new NestedMocks(),
  };
}
