import { createStep, type Context, type Package } from '../../../src/sdk/index.js';
import { messageOf } from '../../../src/errors.js';
import { type HttpSettings, configOf, type Config } from './config.js';
import { Budget, exchange, type Exchange } from './exchange.js';
import { type HttpInput, requestOf } from './input.js';
import { answerTo, headOf, noResponse, type Answer } from './answer.js';

/** The http_request module: one request for each call, any number at a time. */
export default createStep<HttpInput, HttpSettings, Config>({
  start: ({ with: settings, env }) => configOf(settings, env),

  handler(pkg, context, config) {
    return pkg.input.stream === true ? streamed(pkg, context, config) : whole(pkg, context, config);
  },

  invalid: ([violation], _pkg, { log }) => refused(violation.message, log),
});

type Call = Pick<Package<HttpInput>, 'input' | 'traceparent'>;
type HttpContext = Pick<Context, 'net' | 'clock' | 'log' | 'signal'>;

async function whole(call: Call, context: HttpContext, config: Config): Promise<Answer> {
  try {
    const { response, body } = await begin(call, context, config, 'fetch');
    return answerTo(response, body);
  } catch (error) {
    return refused(messageOf(error), context.log);
  }
}

/** First what a call without `stream` answers with, but for the body; then the body's bytes as they come. */
async function* streamed(
  call: Call,
  context: HttpContext,
  config: Config,
): AsyncGenerator<Answer | Uint8Array> {
  let opened: Exchange;
  try {
    opened = await begin(call, context, config, 'open');
  } catch (error) {
    yield refused(messageOf(error), context.log);
    return;
  }
  const { response, chunks } = opened;
  try {
    yield headOf(response);
    // A body that breaks off fails the stream: its items were no whole answer.
    yield* chunks();
  } finally {
    await opened.close();
  }
}

function begin(
  { input, traceparent }: Call,
  context: HttpContext,
  config: Config,
  how: 'fetch' | 'open',
): Promise<Exchange> {
  const request = requestOf(input, config, context.log, traceparent);
  const budget = new Budget(config.timeoutMs, context.clock);
  const { net, clock, log, signal } = context;
  return exchange(request, { net, clock, log, signal, config, budget, how });
}

function refused(message: string, log: Context['log']): Answer {
  log.error(`Error: ${message}`);
  return noResponse(message);
}
