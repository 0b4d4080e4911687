import type { ValueMap } from '../../../src/values.js';

/** The settings, as the manifest has checked them and filled in its defaults. */
export interface HttpSettings extends ValueMap {
  readonly max_bytes: number;
  readonly retries: number;
  /** Seconds. */
  readonly retry_delay: number;
  readonly retry_methods: readonly string[];
  readonly proxy?: string;
}

/** The settings in the units that the module computes with. */
export interface Config {
  /** Milliseconds for all of a request; Infinity for no limit. */
  readonly timeoutMs: number;
  readonly verifyTls: boolean;
  readonly maxBytes: number;
  readonly retries: number;
  readonly retryDelayMs: number;
  /** In upper case. */
  readonly retryMethods: ReadonlySet<string>;
  /** What requests call themselves; undefined: nothing. */
  readonly userAgent: string | undefined;
  /** The proxy for a URL; undefined: none. */
  readonly proxyFor: (url: URL) => string | undefined;
}

const DEFAULT_TIMEOUT_S = 29;
const DEFAULT_USER_AGENT = 'Phlow HTTP Request';

/** Puts settings and environment into the form that requests are made by. */
export function configOf(settings: HttpSettings, env: Readonly<Record<string, string>>): Config {
  const timeout = settings['timeout'];
  const seconds = typeof timeout === 'number' && Number.isInteger(timeout) ? timeout : DEFAULT_TIMEOUT_S;
  const isNameless = env['PHLOW_HTTP_REQUEST_USER_AGENT_DISABLE'] === 'true';
  return {
    timeoutMs: seconds === 0 ? Infinity : seconds * 1_000,
    verifyTls: settings['verify_ssl'] !== false,
    maxBytes: settings.max_bytes,
    retries: settings.retries,
    retryDelayMs: settings.retry_delay * 1_000,
    retryMethods: new Set(settings.retry_methods.map((method) => method.toUpperCase())),
    userAgent: isNameless ? undefined : (env['PHLOW_HTTP_REQUEST_USER_AGENT'] ?? DEFAULT_USER_AGENT),
    proxyFor: (url) => settings.proxy ?? proxyOf(env, url),
  };
}

/** The proxy that the environment names, by the customs of curl and its kind. */
function proxyOf(env: Readonly<Record<string, string>>, url: URL): string | undefined {
  const read = (name: string): string => env[name.toLowerCase()] ?? env[name] ?? '';
  const excepted = read('NO_PROXY')
    .split(',')
    .map((entry) => entry.trim().toLowerCase());
  if (excepted.some((entry) => isExcepted(entry, url))) return undefined;
  const proxy = read(url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY') || read('ALL_PROXY');
  if (proxy === '') return undefined;
  return proxy.includes('://') ? proxy : `http://${proxy}`;
}

function isExcepted(entry: string, { hostname, port, protocol }: URL): boolean {
  if (entry === '') return false;
  if (entry === '*') return true;
  const [, name = entry, only] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
  const domain = name.replace(/^\*?\./, '');
  if (only !== undefined && only !== (port || (protocol === 'https:' ? '443' : '80'))) return false;
  return hostname === domain || hostname.endsWith(`.${domain}`);
}
