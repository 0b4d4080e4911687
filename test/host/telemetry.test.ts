import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { describe, expect, test } from '@jest/globals';
import * as api from '@opentelemetry/api';
import type { TracedCall, Value } from '../../src/index.js';
import { fixtureModule } from '../support/fixtures.js';
import { withFolder } from '../support/temporary-folder.js';
import { errorOf, withHost } from '../support/with-host.js';
import { writeFiles } from '../support/write-files.js';

/** What a span of the test's own tracer has seen. */
interface SeenSpan {
  readonly name: string;
  readonly spanId: string;
  readonly parentId: string | undefined;
  readonly attributes: Record<string, unknown>;
  status: api.SpanStatus | undefined;
  isEnded: boolean;
}

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';

/** An OpenTelemetry API whose tracer remembers its spans. */
function recorder(): { openTelemetry: typeof api; spans: SeenSpan[] } {
  const spans: SeenSpan[] = [];
  const tracer = {
    startSpan(name: string, options: api.SpanOptions, context: api.Context) {
      const spanId = (spans.length + 1).toString(16).padStart(16, '0');
      const parentId = api.trace.getSpanContext(context)?.spanId;
      const attributes: Record<string, unknown> = { ...options.attributes };
      const seen: SeenSpan = { name, spanId, parentId, attributes, status: undefined, isEnded: false };
      spans.push(seen);
      return {
        spanContext: () => ({ traceId: TRACE_ID, spanId, traceFlags: 1 }),
        setAttribute: (key: string, value: unknown) => (attributes[key] = value),
        setStatus: (status: api.SpanStatus) => (seen.status = status),
        end: () => (seen.isEnded = true),
      };
    },
  };
  const trace = { ...api.trace, getTracer: () => tracer, setSpanContext: api.trace.setSpanContext };
  return { openTelemetry: { ...api, trace } as unknown as typeof api, spans };
}

async function heardOn<T>(channel: string, work: () => Promise<void>): Promise<T[]> {
  const heard: T[] = [];
  const listener = (message: unknown): void => void heard.push(message as T);
  subscribe(channel, listener);
  try {
    await work();
  } finally {
    unsubscribe(channel, listener);
  }
  return heard;
}

describe('diagnostics channels', () => {
  test('tell of each call when it starts and when it ends, with its error', () =>
    withHost(async (host) => {
      const module = await host.load(fixtureModule('crasher'));
      const started: TracedCall[] = [];
      const ended = await heardOn<TracedCall>('phlow:call:end', async () => {
        started.push(
          ...(await heardOn<TracedCall>('phlow:call:start', async () => {
            await module.call({ do: 'echo', value: 1 });
            await errorOf(module.call({ do: 'throw' }));
          })),
        );
      });
      await module.call({ do: 'echo', value: 2 });
      expect(started).toEqual(ended);
      expect(ended.map(({ module, input }) => [module, (input as { do: string }).do])).toEqual([
        ['crasher', 'echo'],
        ['crasher', 'throw'],
      ]);
      expect(ended[0]?.error).toBeUndefined();
      expect(ended[1]?.error).toMatchObject({ code: 'PHLOW_MODULE_ERROR' });
      expect(ended[0]?.durationMs).toBeGreaterThan(0);
    }));

  test('tell of modules as events() does', async () => {
    const heard = await heardOn('phlow:module:ready', () =>
      withHost(async (host) => {
        await host.load('echo');
      }),
    );
    expect(heard).toMatchObject([{ type: 'ready', module: 'echo' }]);
  });
});

describe('OpenTelemetry', () => {
  test('gets one span per call, which ends with the call and tells its error', () => {
    const { openTelemetry, spans } = recorder();
    return withHost(
      async (host) => {
        const module = await host.load(fixtureModule('crasher'));
        await module.call({ do: 'echo', value: 1 });
        await errorOf(module.call({ do: 'throw' }));
        expect(spans).toMatchObject([
          { name: 'phlow.call crasher', isEnded: true, status: undefined },
          { attributes: { 'phlow.code': 'PHLOW_MODULE_ERROR' }, status: { code: 2 } },
        ]);
      },
      { openTelemetry },
    );
  });

  test.each(['inline', 'trusted', 'sandboxed'] as const)(
    'is not told the secret that an input was refused for, or a reply (%s)',
    (isolation) => {
      const { openTelemetry, spans } = recorder();
      const secrets =
        '{ type: object, properties: { password: { maxLength: 5 }, note: { maxLength: 5, secret: true } } }';
      return withFolder((folder) =>
        withHost(
          async (host) => {
            writeFiles(folder, {
              'phlow.yaml': `name: secrets\ninput: ${secrets}\noutput: ${secrets}\n`,
              'index.mjs': 'export default ({ input }) => input.longer ?? {};\n',
            });
            const module = await host.load(folder, { isolation, checkOutput: true });
            const secret = { password: 'hunter2-hunter2', note: 'hunter2-hunter2' };
            expect(await errorOf(module.call(secret))).toMatchObject({ code: 'PHLOW_INPUT_INVALID' });
            expect(await errorOf(module.call({ longer: secret }))).toMatchObject({
              code: 'PHLOW_OUTPUT_INVALID',
            });
            expect(spans.map(({ status }) => status?.message)).toEqual([
              expect.stringContaining('[redacted]'),
              expect.stringContaining('[redacted]'),
            ]);
            expect(JSON.stringify(spans)).not.toContain('hunter2');
          },
          { openTelemetry },
        ),
      );
    },
  );

  test('sees nested calls below the call they serve; handlers get the trace context', () => {
    const { openTelemetry, spans } = recorder();
    return withHost(
      async (host) => {
        await host.load('echo', { name: 'target' });
        const relay = await host.load(fixtureModule('relay'), { grant: { modules: ['target'] } });
        const traceparent = `00-${TRACE_ID}-b7ad6b7169203331-01`;
        const reply = await relay.call<{ traceparent: Value }>({ input: 1 }, { traceparent });
        expect(spans.map(({ name, parentId }) => [name, parentId])).toEqual([
          ['phlow.call relay', 'b7ad6b7169203331'],
          ['phlow.call target', spans[0]?.spanId],
        ]);
        expect(reply.traceparent).toBe(`00-${TRACE_ID}-${spans[0]?.spanId}-01`);
      },
      { openTelemetry },
    );
  });

  test('is not needed for a trace context to reach the handler', () =>
    withHost(async (host) => {
      await host.load('echo', { name: 'target' });
      const relay = await host.load(fixtureModule('relay'), { grant: { modules: ['target'] } });
      const traceparent = `00-${TRACE_ID}-b7ad6b7169203331-01`;
      expect(await relay.call({ input: 1 }, { traceparent })).toMatchObject({ traceparent });
    }));
});
