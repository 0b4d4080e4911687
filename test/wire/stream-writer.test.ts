import { describe, expect, test } from '@jest/globals';
import { InstanceStreams } from '../../src/host/call/instance-streams.js';
import { Outbox } from '../../src/wire/outbox.js';
import { STREAM_WINDOW } from '../../src/wire/stream-reader.js';
import { StreamWriter } from '../../src/wire/stream-writer.js';

async function* endless(): AsyncGenerator<number, void, undefined> {
  for (let i = 0; ; i++) {
    await Promise.resolve();
    yield i;
  }
}

describe('a stream that is written', () => {
  test('ends its source at once when its reader wants no more, also when the source waits', async () => {
    const ended: string[] = [];
    const writer = new StreamWriter();
    const source: AsyncIterable<number> = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise(() => undefined),
        return: () => {
          ended.push('source');
          return Promise.resolve({ value: undefined, done: true });
        },
      }),
    };
    void writer.pump(source, () => undefined);
    writer.close();
    writer.close();
    expect(ended).toEqual(['source']);
  });

  test('takes the promises of a list for what they come to', async () => {
    const sent: number[] = [];
    await new StreamWriter().pump([Promise.resolve(1), 2], (item) => sent.push(item as number));
    expect(sent).toEqual([1, 2]);
  });

  test.each([0.5, Number.NaN, Number.POSITIVE_INFINITY, -1, '1'])(
    'gets no credit from a module that grants %p',
    async (credit) => {
      const sent: unknown[] = [];
      const outbox = new Outbox(
        (batch) => sent.push(...batch.filter((_, i) => i % 2 === 1)),
        () => undefined,
      );
      const streams = new InstanceStreams(outbox);
      streams.write(1, endless());
      // Each granted part of an item takes several turns of the writer.
      for (let i = 0; i < 1_000; i++) {
        streams.grant(1, credit);
        await Promise.resolve();
      }
      outbox.flush();
      streams.forget(1);
      expect(sent).toHaveLength(STREAM_WINDOW);
    },
  );
});
