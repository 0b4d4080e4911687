/** The modules that ship with phlow: where their manifests lie below phlow's own folder. */
export const BUILT_IN_MANIFESTS: Readonly<Record<string, string>> = {
  cache: 'phlow.yaml',
  cli: 'workers/modules/cli/phlow.yaml',
  echo: 'workers/modules/echo/phlow.yaml',
  fs: 'workers/modules/fs/phlow.yaml',
  http_request: 'workers/modules/http_request/phlow.yaml',
  http_server: 'workers/modules/http_server/phlow.yaml',
  jwt: 'workers/modules/jwt/phlow.yaml',
  log: 'workers/modules/log/phlow.yaml',
  postgres: 'workers/modules/postgres/phlow.yaml',
  schedule: 'workers/modules/schedule/phlow.yaml',
  sleep: 'workers/modules/sleep/phlow.yaml',
};

/** Whether a module of that name ships with phlow. */
export function isBuiltIn(name: string): boolean {
  return Object.hasOwn(BUILT_IN_MANIFESTS, name);
}

/** The names of the modules that ship with phlow. */
export function builtInNames(): readonly string[] {
  return Object.keys(BUILT_IN_MANIFESTS);
}

/** Whether a text is the name of a folder that a package can be loaded by; any other folder of packages is named by its path. */
export function isPackageName(text: string): boolean {
  return /^(@[\w.-]+\/)?[\w.-]+$/.test(text) && !/^(?:\.{1,2}$|-)/.test(text) && !isBuiltIn(text);
}
