import { MessageChannel, parentPort, threadId, workerData, type MessagePort } from 'node:worker_threads';
import type { BootData, ReplicaPorts } from '../../src/wire/boot-data.js';
import type { LogRecord } from '../../src/wire/log-record.js';
import { runNativeModule } from './native-module.js';

/** Opens the ports and hands their other ends to the host. */
function openPorts(): ReplicaPorts<MessagePort> {
  const [data, control, log] = [new MessageChannel(), new MessageChannel(), new MessageChannel()];
  const theirs: ReplicaPorts<MessagePort> = { data: data.port2, control: control.port2, log: log.port2 };
  parentPort?.postMessage({ replica: threadId, ports: theirs }, [theirs.data, theirs.control, theirs.log]);
  return { data: data.port1, control: control.port1, log: log.port1 };
}

/** What the module prints becomes log lines, as at any other thread. */
function captureOutput(log: MessagePort): void {
  for (const [stream, level] of [
    [process.stdout, 'info'],
    [process.stderr, 'warn'],
  ] as const) {
    stream.write = (chunk: unknown): boolean => {
      for (const message of String(chunk).split('\n')) {
        if (message === '') continue;
        log.postMessage({ level, time: Date.now(), message, fields: undefined } satisfies LogRecord);
      }
      return true;
    };
  }
}

const ports = openPorts();
captureOutput(ports.log);
const boot = { ...(workerData as Omit<BootData<MessagePort>, keyof typeof ports>), ...ports };
// It reports over the data port how it went and never rejects: the pool would wait forever for a thread that throws while it is loaded.
const started = runNativeModule(boot);

/** The pool waits for this before it calls the thread ready. Packages come over the data port: there is no task for the pool to run. */
export default started.then(() => () => undefined);
