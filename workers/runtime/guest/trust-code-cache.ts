type SetFlags = (flags: string) => void;

/**
 * Node carries V8's cache of its own modules, and V8 rejects it while a flag differs from those that it was made with: each module that is
 * loaded would be compiled from its source. V8 reads the limit of the heap once, when it makes the heap: from then on the flag only costs.
 * Runs before anything is loaded.
 */
function trustCodeCache(): void {
  const load = (process as unknown as { getBuiltinModule: (name: string) => unknown }).getBuiltinModule;
  const warn = Object.getOwnPropertyDescriptor(process, 'emitWarning');
  // Node warns that this is for its own tests, on a stream that nobody reads.
  process.emitWarning = () => undefined;
  const { internalBinding } = load('internal/test/binding') as {
    readonly internalBinding: (name: string) => { readonly setFlagsFromString?: SetFlags };
  };
  if (warn !== undefined) Object.defineProperty(process, 'emitWarning', warn);
  internalBinding('v8').setFlagsFromString?.('--max-old-space-size=0');
}

trustCodeCache();
