import { assertHeld, assertReadable, type Held } from './held-imports.js';

// Runs in the thread of Node's asynchronous hooks, on the Nodes that have no others.

let held: Held | undefined;

export function initialize(data: Held): void {
  held = data;
}

/** Finds what Node finds, and refuses it when it is not part of the copy. */
export async function resolve(
  specifier: string,
  context: { readonly parentURL?: string | undefined },
  next: (specifier: string, context: unknown) => Promise<{ readonly url: string }>,
): Promise<{ readonly url: string }> {
  const found = await next(specifier, context);
  if (held !== undefined) assertHeld({ specifier, parent: context.parentURL, found: found.url }, held);
  return found;
}

/** Reads what has been found: other hooks may ask for another file here. */
export async function load(
  url: string,
  context: unknown,
  next: (url: string, context: unknown) => Promise<unknown>,
): Promise<unknown> {
  if (held !== undefined) assertReadable(url, held);
  return await next(url, context);
}
