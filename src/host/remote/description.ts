import { isDeepStrictEqual } from 'node:util';
import { isPhlowError, messageOf, PhlowError } from '../../errors.js';
import { ISOLATION_LEVELS, type IsolationLevel } from '../../manifest/isolation.js';
import type { EventSchema, Manifest } from '../../manifest/manifest.js';
import { isMap, type Value } from '../../values.js';
import { checkManifest, checkSettings } from '../load/read-manifest.js';
import type { LoadedModule } from '../module/loaded-module.js';
import { otherVersion, PROTOCOL, readJson, violation } from './messages.js';
import { faultFor, remoteError } from './remote-fault.js';

/** What a host knows of a module that another one serves. */
export interface Description {
  readonly manifest: Manifest;
  readonly level: IsolationLevel;
  readonly isCallable: boolean;
  readonly answersInvalid: boolean;
  /** The instance of the service that has said so. */
  readonly host: string;
}

/**
 * The answer of a service to who asks what it is. One who gives settings wants the module with these: others are refused, since the module runs with its own
 * already, without saying what these are.
 *
 * @param settings those that it was loaded with
 * @param maxLength bytes that an answer may have
 */
export async function describe(
  module: LoadedModule,
  settings: unknown,
  host: string,
  asked: Uint8Array,
  maxLength: number,
): Promise<string> {
  try {
    const { with: wanted } = readJson(asked);
    if (wanted !== undefined && wanted !== null) await assertSameSettings(module.manifest, settings, wanted);
    const { level, isCallable, manifest } = module;
    const answersInvalid = (await module.instance?.ready)?.answersInvalid === true;
    const text = JSON.stringify({
      v: PROTOCOL,
      host,
      level,
      isCallable,
      answersInvalid,
      ...written(manifest),
    });
    // A character has three bytes at most.
    if (text.length * 3 <= maxLength || Buffer.byteLength(text) <= maxLength) return text;
    const message = `Cannot describe module "${module.name}": its manifest has more than the ${maxLength} bytes that the NATS server takes at once (max_payload)`;
    throw new PhlowError('PHLOW_REPLY_TOO_LARGE', message);
  } catch (error) {
    return JSON.stringify({ v: PROTOCOL, host, error: faultFor(error) });
  }
}

async function assertSameSettings(manifest: Manifest, own: unknown, wanted: unknown): Promise<void> {
  const [mine, theirs] = [await checkSettings(manifest, own), await checkSettings(manifest, wanted)];
  const names = [...new Set([...Object.keys(mine), ...Object.keys(theirs)])];
  const others = names.filter((name) => !isDeepStrictEqual(mine[name], theirs[name]));
  if (others.length === 0) return;
  const message = `Cannot use module "${manifest.name}" with these settings: it runs on another host, with other values of ${others.join(', ')}; leave "with" out, or start it there with the same`;
  throw new PhlowError('PHLOW_WITH_INVALID', message, {
    details: { module: manifest.name, settings: others },
  });
}

/** A manifest as it would be written, as far as it matters to callers. */
function written(manifest: Manifest): Readonly<Record<string, unknown>> {
  const { name, description, version, type, takesPayload, input, output, timeouts } = manifest;
  return {
    manifest: {
      name,
      description,
      version,
      type,
      payload: takesPayload,
      input,
      output,
      events: eventsOf(manifest.events),
      timeouts: timeouts.callMs === undefined ? undefined : { call: `${timeouts.callMs}ms` },
    },
    parameters: manifest.parameters,
    isInputRequired: !manifest.inputOptional,
    isOutputRequired: !manifest.outputOptional,
  };
}

function eventsOf(events: Manifest['events']): Readonly<Record<string, unknown>> | undefined {
  const entries = Object.entries<EventSchema>(events).map(([type, { data }]) => [type, data] as const);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/**
 * Reads what a service has answered: its manifest passes the checks of a file. Throws what the service has refused with, PHLOW_MANIFEST_INVALID, and
 * PHLOW_WIRE_VIOLATION.
 */
export async function readDescription(
  data: Uint8Array,
  { module, service }: { readonly module: string; readonly service: string },
  signal?: AbortSignal,
): Promise<Description> {
  const answer = readJson(data);
  if (answer['v'] !== PROTOCOL) throw otherVersion(answer['v']);
  const host = typeof answer['host'] === 'string' ? answer['host'] : service;
  if (answer['error'] !== undefined) throw remoteError(answer['error'], { host, module, package: 0 });
  const level = ISOLATION_LEVELS.find((one) => one === answer['level']);
  if (level === undefined || !isMap(answer['manifest']))
    throw violation('the description of a service that is none');
  const text = JSON.stringify(answer['manifest'], null, 2);
  const manifest = await checkManifest(text, `of service "${service}"`, signal).catch((cause: unknown) => {
    if (!isPhlowError(cause)) throw cause;
    const message = `Cannot use what is served as "${service}": ${messageOf(cause)}`;
    throw new PhlowError(cause.code, message, { cause, details: { module, service, host } });
  });
  const parameters: readonly unknown[] = Array.isArray(answer['parameters']) ? answer['parameters'] : [];
  return {
    manifest: {
      ...manifest,
      parameters: parameters.flatMap((one) =>
        isMap(one) && typeof one['name'] === 'string'
          ? [{ name: one['name'], deprecated: one['deprecated'] === true }]
          : [],
      ),
      inputOptional: answer['isInputRequired'] !== true,
      outputOptional: answer['isOutputRequired'] !== true,
    },
    level,
    isCallable: answer['isCallable'] === true,
    answersInvalid: answer['answersInvalid'] === true,
    host,
  };
}

/** The question to a service. */
export function questionFor(settings: Value): string {
  return JSON.stringify(settings === undefined ? {} : { with: settings });
}
