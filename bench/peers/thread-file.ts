/** The file a peer's thread starts at. */
export function threadFile(name: string): URL {
  return new URL(`./threads/${name}.js`, import.meta.url);
}
