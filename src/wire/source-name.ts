/** The file name that a bundled module's text has in stacks; the host maps places in it back to the author's files. */
export function sourceName(module: string): string {
  return `phlow-module:${module.replace(/[^\w.@/-]/g, '_')}`;
}
