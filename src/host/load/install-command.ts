import { shellText } from '../../visible-text.js';

/** A name with a range as a person types it in a shell. */
export function specText(name: string, range?: string): string {
  const spec = range === undefined ? name : `${name}@${range}`;
  return /^[\w./@+^~-]+$/.test(spec) ? spec : shellText(spec);
}

/** What installs a module. */
export function installCommand(name: string, range?: string): string {
  return `phlow install ${specText(name, range)}`;
}
