/** One file on the way of a package, and what it does there. */
export interface Stop {
  readonly file: string;
  readonly does: string;
}

/**
 * The chain of one package from `module.call()` to the handler and back at level trusted: the files that hand it on to the next one, each once,
 * in the order of the visit.
 */
export const CALL_CHAIN: readonly Stop[] = [
  { file: 'src/host/module/loaded-module.ts', does: 'call(input, options): finds the instance' },
  { file: 'src/host/call/call-options.ts', does: 'reads the options' },
  { file: 'src/host/module/instance.ts', does: 'call(input, options); #receive(batch) on the way back' },
  { file: 'src/host/call/in-flight.ts', does: 'opens the wait; settles it on the way back' },
  { file: 'src/wire/outbox.ts', does: 'one batch per turn, on either side' },
  { file: 'src/host/executors/thread-executor.ts', does: 'posts and receives batches' },
  { file: 'workers/runtime/native-module.ts', does: 'receives and posts batches in the thread' },
  { file: 'workers/runtime/serve.ts', does: 'checks the input, calls the handler' },
  { file: 'workers/runtime/module-outbox.ts', does: 'takes the reply' },
];

/** The same chain in the commit that `npm run house` compares with. */
export const CALL_CHAIN_BEFORE: readonly string[] = [
  'src/host/slot/slot.ts',
  'src/host/call/call-options.ts',
  'src/host/slot/life.ts',
  'src/host/call/in-flight.ts',
  'src/wire/outbox.ts',
  'src/host/thread/thread-executor.ts',
  'workers/boot.ts',
  'workers/run-module.ts',
  'workers/serve.ts',
  'workers/port-outbox.ts',
];

/** Files that answer a question of the chain's: the reader may pass them by. */
export const CALL_HELPERS: readonly Stop[] = [
  { file: 'src/host/call/telemetry.ts', does: 'is tracing on?' },
  { file: 'src/host/module/instances.ts', does: 'the current instance' },
  { file: 'src/host/module/module-lifecycle.ts', does: 'is the module ready?' },
  { file: 'src/host/module/watchdog.ts', does: 'recordUse()' },
  { file: 'src/host/module/admission-queue.ts', does: 'is there room?' },
  { file: 'src/host/call/priority-queue.ts', does: 'does a package wait?' },
  { file: 'src/wire/pending.ts', does: 'the waits' },
  { file: 'src/wire/id-table.ts', does: 'the table that they stand in' },
  { file: 'src/wire/post-schedule.ts', does: 'does the batch wait for the end of the turn?' },
  { file: 'src/wire/protocol.ts', does: 'tags: id and operation in one number' },
  {
    file: 'src/wire/message-reader.ts',
    does: 'is the message a batch, or does it name a region of shared memory?',
  },
  { file: 'workers/runtime/busy-poll.ts', does: 'is the next package likely to come at once?' },
  { file: 'src/wire/records/record-writer.ts', does: 'writes plain data into shared memory' },
  { file: 'src/wire/records/region-memory.ts', does: 'where is room?' },
  { file: 'src/wire/records/objects-of-value.ts', does: 'does an object stand in it twice?' },
  { file: 'src/wire/records/plain-data.ts', does: 'is it plain data?' },
  { file: 'src/wire/records/repeated-texts.ts', does: 'does the same text come again?' },
  { file: 'src/wire/records/shape-tree.ts', does: 'has the object a known shape?' },
  { file: 'src/wire/records/record-reader.ts', does: 'reads what was written' },
  { file: 'workers/runtime/handler-context.ts', does: 'what the handler gets besides its input' },
  { file: 'src/values.ts', does: 'is the reply a promise?' },
  { file: 'src/wire/stream-writer.ts', does: 'is the reply a stream?' },
  { file: 'src/sdk/transfer.ts', does: 'does the reply move buffers?' },
  { file: 'src/host/call/answered.ts', does: 'remembers what was answered' },
  { file: 'src/host/call/instance-streams.ts', does: 'forgets the streams of the package' },
  { file: 'src/wire/histogram.ts', does: 'the round trip' },
];
