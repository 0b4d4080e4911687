import { isPhlowError, messageOf, PhlowError } from '../../errors.js';
import type { Manifest } from '../../manifest/manifest.js';
import { compileSchema } from '../../manifest/compile-schema.js';
import type { BrokerOptions } from '../../sandbox/broker/broker.js';
import { createBroker } from '../../sandbox/broker/create-broker.js';
import type { Effective } from '../../sandbox/effective.js';
import { UNASKED } from '../../sandbox/effective.js';
import { isStandardSchema } from '../../sdk/standard-schema.js';
import { isMap } from '../../values.js';
import type { LogLevel } from '../../wire/log-record.js';
import type { Hops } from '../call/call-contexts.js';
import { FunctionExecutor, type FunctionCode } from '../executors/function-executor.js';
import type { AnyFunctionOptions, ApplicationFunction } from '../function-types.js';
import type { Version } from '../module/version.js';
import { checkManifest } from './read-manifest.js';

/** What a function is made a module from. */
export interface FunctionSource {
  readonly name: string;
  readonly handler: ApplicationFunction<never>;
  readonly options: AnyFunctionOptions;
  readonly logLevel: LogLevel | 'off';
  readonly hops: Hops;
  readonly callModule: NonNullable<BrokerOptions['callModule']>;
  readonly record: NonNullable<BrokerOptions['record']>;
}

/** Makes a function of the application the version of a module. Throws PHLOW_OPTION_INVALID for a name or a schema that is none. */
export async function prepareFunction(source: FunctionSource): Promise<Version> {
  const { name, options, handler, logLevel, hops, callModule, record } = source;
  const manifest = await manifestOf(name, options);
  const code: FunctionCode = {
    handler,
    ...(isStandardSchema(options.input) ? { input: options.input } : {}),
    ...(isStandardSchema(options.output) ? { output: options.output } : {}),
  };
  const boot = {
    name,
    entry: '',
    with: {},
    input: codeFor(manifest.input),
    output: codeFor(manifest.output),
    isInputOptional: manifest.inputOptional,
    isOutputOptional: manifest.outputOptional,
    events: [],
    isMain: false,
    guard: undefined,
    env: {},
    clock: 'real' as const,
    logLevel,
    concurrency: manifest.concurrency ?? 0,
    busyPollUs: 0,
  };
  return {
    manifest,
    level: 'inline',
    jail: undefined,
    entry: '',
    createExecutor: () => new FunctionExecutor(boot, code),
    // The application may call all of its modules itself.
    broker: createBroker(askingNothing(name), {
      callModule,
      record,
      hops: () => hops.most,
      mayCall: () => true,
    }),
  };
}

/** The manifest of a function: what its options say, through the same checks as a file. */
async function manifestOf(name: string, options: AnyFunctionOptions): Promise<Manifest> {
  const { description, input, output, concurrency, parameters } = options;
  const written = {
    name,
    description,
    payload: false,
    // One that has no end is none.
    concurrency: concurrency === Infinity ? undefined : concurrency,
    input: isStandardSchema(input) ? undefined : input,
    output: isStandardSchema(output) ? undefined : output,
  };
  try {
    const manifest = await checkManifest(JSON.stringify(written, null, 2), `of function "${name}"`);
    return parameters === undefined
      ? manifest
      : { ...manifest, parameters: parameters.map((one) => ({ name: one, deprecated: false })) };
  } catch (cause) {
    const message = `Cannot provide function "${name}": ${problemIn(cause)}`;
    throw new PhlowError('PHLOW_OPTION_INVALID', message, { cause, details: { module: name } });
  }
}

/** The first thing that is wrong, without the file that there is none of. */
function problemIn(error: unknown): string {
  const problems: unknown = isPhlowError(error) ? error.details['problems'] : undefined;
  const [first] = Array.isArray(problems) ? (problems as readonly unknown[]) : [];
  const message = isMap(first) && typeof first['message'] === 'string' ? first['message'] : messageOf(error);
  return message.replace(/^manifest\./, '');
}

function codeFor(
  schema: Manifest['input'],
): { schema: NonNullable<typeof schema>; code: string } | undefined {
  return schema === undefined ? undefined : { schema, code: compileSchema(schema).code };
}

/** What asks for nothing: a function may do what the application may do, and a module of another host is granted what it may do there. */
export function askingNothing(module: string): Effective {
  return {
    ...UNASKED,
    module,
    fs: { read: [], write: [] },
    net: [],
    insecureTls: [],
    listen: [],
    env: {},
    modules: [],
    terminal: false,
    wasm: false,
    childProcess: false,
    builtins: [],
  };
}
