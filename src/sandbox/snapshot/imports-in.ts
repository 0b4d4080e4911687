/** Files whose text is looked through for what they import; declarations of types are never run. */
const SOURCE = /(?<!\.d)\.[cm]?[jt]sx?$/i;

/** The longest name that npm takes, and a path behind it. Words are not told from ends of words: that takes three times as long. */
const IMPORT = /(?:from|import|require|resolve)[\s(]{0,64}(["'`])([^"'`\n\\]{1,512})\1/g;

/** True for a file that may import something. */
export function mayImport(path: string): boolean {
  return SOURCE.test(path);
}

/**
 * What a source may import, found by its words alone: too much rather than too little, and never by running or parsing what others wrote. What
 * it does not see (a name that is put together, an escape in it) is not part of the module, and is refused when the code asks for it.
 */
export function importsIn(content: Buffer): ReadonlySet<string> {
  // Names of packages are ASCII, and one byte a character is a quarter of the work.
  const source = content.toString('latin1');
  const found = new Set<string>();
  for (const [, , specifier] of source.matchAll(IMPORT)) if (specifier !== undefined) found.add(specifier);
  return found;
}
