import { createStep } from '../../../src/sdk/index.js';
import { type FsInput, pathOf } from './input.js';
import { attempt, refused, type Reply } from './reply.js';
import { read } from './read.js';
import { watch } from './watch.js';
import { write } from './write.js';

/** Runs tasks one after the other, in the order in which they come: what a write has begun, no other one overtakes. */
class OneByOne<T> {
  #last: Promise<unknown> = Promise.resolve();

  run(task: () => Promise<T>): Promise<T> {
    const result = this.#last.then(task);
    this.#last = result.catch(() => undefined);
    return result;
  }
}

/** The fs module: reads, writes and watches what its owner granted. */
export default createStep<FsInput, unknown, OneByOne<Reply>>({
  start: () => new OneByOne(),

  handler({ input }, context, queue) {
    const path = pathOf(input);
    switch (input.action) {
      case 'read':
        return queue.run(() => attempt(() => read(context.fs, path, input)));
      case 'write':
        return queue.run(() => attempt(() => write(context.fs, path, input)));
      case 'watch':
        return watch(context, path, input);
    }
  },

  // Bad input is data here: flows test `success` instead of failing.
  invalid: ([violation]) => refused(violation.message),
});
