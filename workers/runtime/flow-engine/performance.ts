/** What times are measured with: a module has a precise clock only where it was granted one. */
interface Stopwatch {
  now(): number;
}

export const performance: Stopwatch = (globalThis as { readonly performance?: Stopwatch }).performance ?? {
  now: () => Date.now(),
};
