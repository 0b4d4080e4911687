import { relative, resolve } from 'node:path';
import type { SourcePlace } from '../../code-frame.js';

/** Why a module cannot be bundled, as plain data: it is found in another process than the one that reports it. */
export interface Complaint {
  readonly message: string;
  readonly place: SourcePlace | undefined;
}

/** What the bundler found, said in our words where its own would puzzle an author. */
export function plainReason(text: string): string {
  const [, specifier] = /^Could not resolve "(.+)"$/s.exec(text) ?? [];
  if (specifier !== undefined) return `it imports ${JSON.stringify(specifier)}, which was not found`;
  if (text.startsWith('Top-level await'))
    return 'it awaits at the top level, which does not work in a compartment; await in start() or in the handler';
  if (text.startsWith('With statements'))
    return 'it uses the with statement, which does not exist in a compartment';
  return text.replace(/ \[plugin [\w-]+\]$/, '');
}

/** The name of a file as the author knows it. */
export function nameIn(folder: string, file: string): string {
  return relative(folder, resolve(folder, file)).replaceAll('\\', '/');
}
