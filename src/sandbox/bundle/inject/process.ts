// What a compartment has instead of Node's `process`: enough for packages that look at it, nothing of the machine. Bundled into modules, so
// it imports nothing; every part stands alone, so that the bundler leaves out what nobody uses.

export const browser = true;
export const platform = 'linux';
export const version = '';
export const versions: Readonly<Record<string, string>> = {};
export const env: Record<string, string> = {};
export const argv: string[] = [];
export const cwd = (): string => '/';
export const emitWarning = (): void => undefined;

/** Runs `then` after the code that runs now. */
export const nextTick = (then: (...args: unknown[]) => void, ...args: unknown[]): void => {
  queueMicrotask(() => then(...args));
};

const ignore = (): unknown => polyfill;

const polyfill = {
  browser,
  platform,
  version,
  versions,
  env,
  argv,
  cwd,
  emitWarning,
  nextTick,
  title: 'phlow',
  arch: 'none',
  pid: 1,
  execArgv: [],
  release: {},
  stdout: undefined,
  stderr: undefined,
  stdin: undefined,
  umask: (): number => 0,
  uptime: (): number => 0,
  on: ignore,
  once: ignore,
  off: ignore,
  addListener: ignore,
  removeListener: ignore,
  listeners: (): unknown[] => [],
  emit: (): boolean => false,
};

export default polyfill;
/** The name under which the bundler puts it in the place of the global. */
export { polyfill as process };
