import { LISTEN_LIMITS } from '../../../src/http/limits.js';
import type { ListenLimits, ListenOptions } from '../../../src/sdk/index.js';
import { isMap, type ValueMap } from '../../../src/values.js';
import { corsOf, type Cors } from './cors.js';
import { routesOf, type Route } from './routes.js';
import type { StaticFolder } from './static-files.js';
import { countAt, durationAt, invalid, mapAt, sizeAt } from './setting-values.js';

/** How the server behaves: its settings, read. */
export interface Settings {
  readonly listen: ListenOptions;
  /** Undefined: every request starts at the first step. */
  readonly routes: readonly Route[] | undefined;
  readonly folders: readonly StaticFolder[];
  /** Undefined: no CORS headers at all. */
  readonly cors: Cors | undefined;
  /** The document itself, or its path. */
  readonly openapi: Readonly<Record<string, unknown>> | string | undefined;
  /** Members of the document made from the routes that the author has written. */
  readonly ownDocument: Readonly<Record<string, unknown>>;
  readonly validation: {
    readonly isStrict: boolean;
    readonly requests: boolean;
    readonly responses: boolean;
  };
  readonly runTimeoutMs: number | undefined;
  /** Between two comments in a stream of events that has none. */
  readonly heartbeatMs: number;
  readonly readyPath: string | undefined;
  readonly metricsPath: string | undefined;
  /** True: the error of a failed run is shown to the client. */
  readonly isDev: boolean;
}

/** Reads settings that the manifest has checked. Throws PHLOW_WITH_INVALID for what its schema cannot say. */
export function settingsOf(given: ValueMap): Settings {
  const { host, port, openapi_spec: openapi, compression, ready, metrics, dev } = given;
  const validation = mapAt(given, 'validation');
  const timeouts = mapAt(given, 'timeouts');
  const isStrict = validation['strict_mode'] === true;
  return {
    listen: {
      host: typeof host === 'string' ? host.replace(/^\[(.*)\]$/, '$1') : '0.0.0.0',
      port: portOf(port),
      limits: limitsOf(mapAt(given, 'limits'), timeouts),
      compress: compression === true,
      // A flow sees whole bodies only.
      wholeBodies: true,
    },
    routes: Array.isArray(given['routes']) ? routesOf(given['routes']) : undefined,
    folders: Array.isArray(given['static']) ? given['static'].map(folderOf) : [],
    cors: isMap(given['cors']) ? corsOf(given['cors']) : undefined,
    openapi: typeof openapi === 'string' || isMap(openapi) ? openapi : undefined,
    ownDocument: mapAt(given, 'openapi'),
    validation: {
      isStrict,
      requests: validation['validate_request_body'] !== false,
      responses: isStrict && validation['validate_response_body'] !== false,
    },
    runTimeoutMs: durationAt(timeouts, 'run', 'timeouts.run'),
    heartbeatMs: durationAt(timeouts, 'heartbeat', 'timeouts.heartbeat') ?? HEARTBEAT_MS,
    readyPath: typeof ready === 'string' ? ready : undefined,
    metricsPath: typeof metrics === 'string' ? metrics : undefined,
    isDev: dev === true,
  };
}

function folderOf(item: unknown): StaticFolder {
  const { path, folder, max_age: maxAge } = isMap(item) ? item : {};
  const base = String(path);
  return {
    path: base.endsWith('/') ? base : `${base}/`,
    folder: String(folder),
    maxAgeS: typeof maxAge === 'number' ? maxAge : 0,
  };
}

const DEFAULT_PORT = 3_000;
/** Many proxies end a connection on which nothing comes for a minute, some after half of that. */
const HEARTBEAT_MS = 15_000;

function portOf(port: unknown): number {
  if (typeof port !== 'string') return typeof port === 'number' ? port : DEFAULT_PORT;
  const number = Number(port);
  if (number > 65_535) throw invalid(`port must be a whole number from 0 to 65535: found ${port}`);
  return number;
}

function limitsOf(limits: ValueMap, timeouts: ValueMap): ListenLimits {
  const all = LISTEN_LIMITS;
  return {
    maxBodyBytes: sizeAt(limits, 'body') ?? all.maxBodyBytes,
    maxHeaderBytes: sizeAt(limits, 'header') ?? all.maxHeaderBytes,
    maxConnections: countAt(limits, 'connections') ?? all.maxConnections,
    maxRequests: countAt(limits, 'requests') ?? all.maxRequests,
    maxRequestsPerConnection: countAt(limits, 'requests_per_connection') ?? all.maxRequestsPerConnection,
    headersTimeoutMs: durationAt(timeouts, 'headers', 'timeouts.headers') ?? all.headersTimeoutMs,
    requestTimeoutMs: durationAt(timeouts, 'request', 'timeouts.request') ?? all.requestTimeoutMs,
    keepAliveTimeoutMs: durationAt(timeouts, 'keep_alive', 'timeouts.keep_alive') ?? all.keepAliveTimeoutMs,
    writeTimeoutMs: durationAt(timeouts, 'write', 'timeouts.write') ?? all.writeTimeoutMs,
  };
}
