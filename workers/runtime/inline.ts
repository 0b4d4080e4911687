import type { ValueMap } from '../../src/values.js';
import type { BootData } from '../../src/wire/boot-data.js';
import type { LogRecord } from '../../src/wire/log-record.js';
import type { Batch } from '../../src/wire/protocol.js';
import { inputCheck, outputCheck, loadDefinition } from './load.js';
import { ManualClock, realClock } from './clock.js';
import type { Control } from '../../src/wire/control.js';
import type { Definition } from './definition.js';
import { ModuleOutbox } from './module-outbox.js';
import { createLog } from './port-log.js';
import { runModule } from './run-module.js';

/** The host's end of a module that runs in the host's own thread. */
export interface InlineLink {
  batch(batch: Batch): void;
  log(record: LogRecord): void;
}

/** The module's end. */
export interface InlineModule {
  receive(batch: Batch): void;
  readonly control: Control | undefined;
}

/**
 * Runs a module in the caller's own thread: the same loading, checks and protocol as in a thread, and no protection at all.
 *
 * @param definition what runs in the place of the file that `boot` names: a function of the application
 */
export async function runInline(
  boot: Omit<BootData<never>, 'data' | 'control' | 'log'>,
  link: InlineLink,
  definition?: Definition,
): Promise<InlineModule> {
  let receive: (batch: Batch) => void = () => undefined;
  // A copy, as on the way from a thread: neither side may change what the other one holds.
  const outbox = new ModuleOutbox(boot.name, (batch) => link.batch(structuredClone(batch)));
  const { log, flush } = createLog(boot.logLevel, (record) => link.log(record));
  const running = await runModule({
    outbox,
    load: () => definition ?? loadDefinition(boot.entry),
    listen: (take) => {
      receive = take;
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
    checkInput: inputCheck(boot),
    checkOutput: outputCheck(boot),
    concurrency: boot.concurrency,
    isMain: boot.isMain,
    heapUsed: () => process.memoryUsage().heapUsed,
    osThreadId: undefined,
  });
  return { receive: (batch) => receive(batch), control: running?.control };
}
