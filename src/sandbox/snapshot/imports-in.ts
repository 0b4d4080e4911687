/** Files whose text is looked through for what they import. */
const SOURCE = /\.[cm]?[jt]sx?$/i;

/** The longest name that npm takes, and a path behind it. */
const IMPORT = /(?:\bfrom|\bimport|\brequire|\bresolve)[\s(]{0,64}(["'`])((?:[^"'`\n\\]){1,512})\1/g;

/** True for a file that may import something. */
export function mayImport(path: string): boolean {
  return SOURCE.test(path);
}

/**
 * What a source may import, found by its words alone: too much rather than too little, and never by running or parsing what others wrote. What
 * it does not see (a name that is put together, an escape in it) is not part of the module, and is refused when the code asks for it.
 */
export function importsIn(source: string): ReadonlySet<string> {
  const found = new Set<string>();
  for (const [, , specifier] of source.matchAll(IMPORT)) if (specifier !== undefined) found.add(specifier);
  return found;
}
