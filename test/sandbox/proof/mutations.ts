/** Ways to let something of Node into a guest's realm; the proof must notice each of them. */
export const MUTATIONS = [
  // A class of Node's as it is.
  'class',
  // A function that throws an error of Node's.
  'error',
  // A function of Node's realm that pretends to be one of the guest's.
  'function',
  // An object of the guest's realm with a native handle under a symbol.
  'handle',
  // A function that gives a promise of Node's realm.
  'promise',
  // A function of the bridge that returns an object.
  'crossing',
  // Node writes stacks.
  'stack',
  // Node answers dynamic imports.
  'import',
] as const;

export type Mutation = (typeof MUTATIONS)[number];
