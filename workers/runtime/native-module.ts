import { readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { isMainThread, type MessagePort } from 'node:worker_threads';
import { expose } from 'comlink';
import type { BootData } from '../../src/wire/boot-data.js';
import { controlEndpoint } from '../../src/wire/control-endpoint.js';
import { MessageReader } from '../../src/wire/message-reader.js';
import { RecordWriter } from '../../src/wire/records/record-writer.js';
import { nameFilesOf } from '../../src/wire/fault.js';
import type { Post } from '../../src/wire/outbox.js';
import type { ValueMap } from '../../src/values.js';
import { inputCheck, outputCheck, loadDefinition } from './load.js';
import { BusyPoll } from './busy-poll.js';
import { confine } from './confine.js';
import { ManualClock, realClock } from './clock.js';
import { holdImports } from './held-imports.js';
import { holdThreads } from './held-threads.js';
import { ModuleOutbox } from './module-outbox.js';
import { createLog } from './port-log.js';
import { runModule } from './run-module.js';
import { traceDenials } from './trace-denials.js';
import type { Log } from '../../src/sdk/context.js';

/** Has the log say where a module ends its thread by `process.exit`: the exit itself leaves nothing but a number. */
function traceExits(log: Log): void {
  const exit = process.exit.bind(process);
  const traced = (code?: number | string | null): never => {
    const trace: { stack?: unknown } = {};
    Error.captureStackTrace(trace, traced);
    const caller = typeof trace.stack === 'string' ? (trace.stack.split('\n')[1]?.trim() ?? '') : '';
    // Node itself calls it after an uncaught error, which is reported in its own way.
    if (!caller.includes('(node:')) log.error(`process.exit(${code ?? ''}) was called ${caller}`.trimEnd());
    return exit(code);
  };
  process.exit = traced;
}

/** Where a module's replies go: over its data port. */
function portOutbox({ name, data, guard }: BootData<MessagePort>): ModuleOutbox {
  const post: Post = (batch, transfer) => {
    // An empty list of transfers would be walked through all the same.
    if (transfer.length === 0) data.postMessage(batch);
    else data.postMessage(batch, transfer);
  };
  // The host reads nothing from memory that it shares with a guarded module.
  if (guard !== undefined) return new ModuleOutbox(name, post, 'unshared clone');
  return new ModuleOutbox(name, post, 'clone', new RecordWriter((message) => data.postMessage(message)));
}

/** Loads a module by Node's own loader, starts it, serves it over its data port, and reports to the host how that went. */
export async function runNativeModule(boot: BootData<MessagePort>): Promise<void> {
  const { log, flush } = createLog(boot.logLevel, (record) => boot.log.postMessage(record));
  traceExits(log);
  if (boot.held !== undefined) nameFilesOf(boot.held.folder);
  const running = await runModule({
    outbox: portOutbox(boot),
    load: async () => {
      if (boot.guard !== undefined) await confine(boot.guard);
      if (boot.trace !== undefined) traceDenials(boot.trace);
      // The host's own process has imports of others, too.
      if (boot.held !== undefined && !isMainThread) {
        const heldTo = holdImports(boot.held, boot.guard !== undefined);
        // A guarded module starts none.
        if (boot.guard === undefined) holdThreads(boot.held, heldTo);
      }
      return await loadDefinition(boot.entry);
    },
    listen: (receive) => {
      const reader = new MessageReader();
      const poll = boot.busyPollUs > 0 ? new BusyPoll(boot.busyPollUs) : undefined;
      boot.data.on('message', (message) => {
        const batch = reader.read(message);
        receive(batch);
        if (poll !== undefined && batch.length === 2) poll.received();
      });
    },
    setting: {
      name: boot.name,
      with: boot.with as ValueMap,
      log,
      clock: boot.clock === 'manual' ? new ManualClock() : realClock,
    },
    flushLog: flush,
    events: boot.events,
    env: boot.env,
    // Before the module's code: ajv generates code, the module must not be able to interfere with it.
    checkInput: inputCheck(boot),
    checkOutput: outputCheck(boot),
    concurrency: boot.concurrency,
    isMain: boot.isMain,
    heapUsed: () => process.memoryUsage().heapUsed,
    osThreadId: osThreadId(),
  });
  if (running !== undefined) expose(running.control, controlEndpoint(boot.control));
}

/** The thread's id in Linux; undefined elsewhere, or without permission to look. */
function osThreadId(): number | undefined {
  try {
    return Number(basename(readlinkSync('/proc/thread-self')));
  } catch {
    return undefined;
  }
}
