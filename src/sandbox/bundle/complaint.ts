import { relative, resolve } from 'node:path';
import type { SourceLocation } from '../../code-frame.js';
import { limitOf, type CompartmentLimit } from './compartment-limit.js';

/** Why a module cannot be bundled, as plain data: it is found in another process than the one that reports it. */
export interface Complaint {
  readonly message: string;
  readonly place: SourceLocation | undefined;
  /** Set when the module would run at another level. */
  readonly limit?: CompartmentLimit | undefined;
}

/** What the bundler found, said in our words where its own would puzzle an author. */
export function plainReason(text: string): Omit<Complaint, 'place'> {
  const [, specifier] = /^Could not resolve "(.+)"$/s.exec(text) ?? [];
  if (specifier !== undefined)
    return { message: `it imports ${JSON.stringify(specifier)}, which was not found` };
  if (text.startsWith('Top-level await'))
    return { message: 'it awaits at the top level', limit: limitOf('top-level-await') };
  if (text.startsWith('With statements'))
    return { message: 'it uses the with statement', limit: limitOf('with') };
  return { message: text.replace(/ \[plugin [\w-]+\]$/, '') };
}

/** The name of a file as the author knows it. */
export function nameIn(folder: string, file: string): string {
  return relative(folder, resolve(folder, file)).replaceAll('\\', '/');
}
