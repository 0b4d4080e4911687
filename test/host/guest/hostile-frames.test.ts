import { describe, expect, test } from '@jest/globals';
import { HostRequests } from '../../../src/host/call/host-requests.js';
import { readInspection } from '../../../src/wire/control.js';
import { CallContexts } from '../../../src/host/call/call-contexts.js';
import { jsonLine, prettyLine } from '../../../src/host/log/log-sink.js';
import { Outbox } from '../../../src/wire/outbox.js';
import { DOWN, opOf } from '../../../src/wire/protocol.js';
import { StreamWriter } from '../../../src/wire/stream-writer.js';

/** Throws when it is made a text or a number. */
const STUBBORN = { toString: 1, valueOf: 1 };

describe('what a module can send and must not hurt', () => {
  test.each([[STUBBORN], [[STUBBORN]], [[STUBBORN, STUBBORN]], [[1, STUBBORN]], [null], ['text'], [[]]])(
    'the question %j is answered with a fault',
    async (question) => {
      const sent: number[] = [];
      const outbox = new Outbox(
        (batch) => sent.push(batch[0] as number),
        () => undefined,
      );
      const refuse = (): Promise<never> => Promise.reject(new Error('refused'));
      const hostRequests = new HostRequests(
        outbox,
        { emitted: () => undefined, dispatch: refuse, describe: refuse, capability: refuse },
        new CallContexts(1000),
        () => undefined,
      );
      await hostRequests.capability(1, question);
      outbox.flush();
      await hostRequests.capabilityFor(2, question);
      outbox.flush();
      expect(sent.map(opOf)).toEqual([DOWN.capabilityFault, DOWN.capabilityFault]);
    },
  );

  test.each([[null], [1], [[]], [{ heapUsedBytes: 'many' }], [{ handled: {} }]])(
    'the figures %j of itself become none',
    (answered) => {
      const none = { handled: 0, running: 0, queued: 0, uptimeMs: 0, heapUsedBytes: 0 };
      expect(readInspection(answered)).toEqual(none);
    },
  );

  test('credit that it has no right to lets its caller’s stream run one window ahead, not further', async () => {
    const writer = new StreamWriter();
    writer.grant(1e9);
    writer.grant(Infinity);
    let sent = 0;
    const pumped = writer.pump(
      Array.from({ length: 1_000 }, (_, i) => i),
      () => sent++,
    );
    for (let turns = 0; turns < 500; turns++) await Promise.resolve();
    expect(sent).toBe(32);
    writer.close();
    await pumped;
  });
});

const withoutColours = (text: string): string =>
  text.replaceAll('\u001b[32m', '').replaceAll('\u001b[0m', '');

describe('a log line as it is written', () => {
  const odd = 'a\u009b2Jb\u0085c\u007fd\u202ee\u2066f\u2028g\u0000h\u001b[2J';
  const line = { level: 'info', time: 0, module: 'm', message: odd, fields: { [odd]: odd } } as const;

  test('has nothing in it that draws on a terminal or changes the order of text', () => {
    const controls = /\p{Cc}|[\u2028-\u202e\u2066-\u2069]/u;
    expect(jsonLine(line)).not.toMatch(controls);
    expect(withoutColours(prettyLine(line))).not.toMatch(controls);
  });

  test('is still JSON that reads as what was meant', () => {
    expect(JSON.parse(jsonLine(line))).toMatchObject({ message: odd, fields: { [odd]: odd } });
  });
});
