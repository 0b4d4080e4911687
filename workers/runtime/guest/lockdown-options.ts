/** How the realm is locked down before any code of ours or a module's runs in it. */
export const LOCKDOWN_OPTIONS = {
  // Stacks are worth more to an author than hiding them is to us: they hold places in the module's own text only.
  errorTaming: 'unsafe',
  stackFiltering: 'omit-frames',
  // Old packages assign to `toString` and the like on objects that inherit from frozen prototypes.
  overrideTaming: 'severe',
  consoleTaming: 'unsafe',
  localeTaming: 'unsafe',
  legacyRegeneratorRuntimeTaming: 'unsafe-ignore',
  // What nothing catches is told to the host by the boot code.
  errorTrapping: 'none',
  unhandledRejectionTrapping: 'none',
  reporting: 'none',
} as const;
