import { isMainThread, workerData, type MessagePort } from 'node:worker_threads';
import { expose } from 'comlink';
import { PhlowError } from '../src/errors.js';
import type { BootData } from '../src/wire/boot-data.js';
import { cloneCodec } from '../src/wire/clone-codec.js';
import { toFault } from '../src/wire/fault.js';
import { Outbox } from '../src/wire/outbox.js';
import { UP, type Ready, type Refusal } from '../src/wire/protocol.js';
import { idOf, tagOf } from '../src/wire/tag.js';
import type { Context, MainContext } from '../src/sdk/context.js';
import type { ValueMap } from '../src/values.js';
import type { ModuleSetting } from './call-context.js';
import { inputCheck, outputCheck } from './checks.js';
import { ManualClock, realClock } from './clock.js';
import { createControl } from './control.js';
import { loadDefinition, type Definition } from './load.js';
import { createLog } from './port-log.js';
import { Server } from './serve.js';

if (isMainThread) {
  throw new PhlowError(
    'PHLOW_INTERNAL',
    'Cannot boot a module on the main thread: this file is the entry of a worker thread',
  );
}

/** A module's thread from birth to "ready": compile the checks, load the module's code, start it, serve. */
async function boot(boot: BootData<MessagePort>): Promise<void> {
  const outbox = new Outbox(
    (batch, transfer) => boot.data.postMessage(cloneCodec.encode(batch), transfer),
    (tag, error) => {
      const message = `Cannot send a reply of module "${boot.name}": ${String(error)}; return plain data`;
      const refusal: Refusal = { code: 'PHLOW_REPLY_UNCLONABLE', message, details: {} };
      outbox.push(tagOf(idOf(tag), UP.refusal), refusal);
    },
  );
  try {
    // Before the module's code: ajv generates code, the module must not be able to interfere with it.
    const checkInput = inputCheck(boot);
    const checkOutput = outputCheck(boot);
    const definition = await loadDefinition(boot.entry);
    const stopping = new AbortController();
    const setting: ModuleSetting = {
      name: boot.name,
      with: boot.with as ValueMap,
      log: createLog(boot.logLevel, (record) => boot.log.postMessage(record)),
      clock: boot.clock === 'manual' ? new ManualClock() : realClock,
    };
    const context: Context = { ...setting, signal: stopping.signal };
    const state = await definition.start?.(context);
    const { concurrency } = boot;
    const server = new Server({ definition, state, setting, outbox, checkInput, checkOutput, concurrency });
    expose(createControl(server, definition, state, stopping, outbox), boot.control);
    boot.data.on('message', (frame) => server.receive(cloneCodec.decode(frame)));
    const isMain = boot.isMain && definition.main !== undefined;
    outbox.push(tagOf(0, UP.ready), { isCallable: definition.handler !== undefined, isMain } satisfies Ready);
    if (isMain)
      void runMain(definition, { ...context, dispatch: (main) => server.dispatch(main) }, state, outbox);
  } catch (error) {
    outbox.push(tagOf(0, UP.failed), toFault(error));
  }
}

async function runMain(
  definition: Definition,
  context: MainContext,
  state: unknown,
  outbox: Outbox,
): Promise<void> {
  try {
    await definition.main?.(context, state);
    outbox.push(tagOf(0, UP.mainEnded), undefined);
  } catch (error) {
    outbox.push(tagOf(0, UP.mainEnded), toFault(error));
  }
}

await boot(workerData as BootData<MessagePort>);
