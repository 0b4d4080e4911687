/** A module of Node's own, as its loader keeps it. */
export interface BuiltinModule {
  readonly id: string;
  readonly exports: unknown;
  readonly loaded: boolean;
  readonly constructor: { readonly map: Map<string, BuiltinModule> };
}

/** What the walls need of Node's inside. */
export interface NodeInternals {
  /** Everything that Node has in native code, by the name of its group; Node hands out one object per group and remembers it. */
  readonly binding: (name: string) => Record<string, unknown>;
  /** All modules of Node, loaded or not: every `require` inside Node looks here. */
  readonly modules: Map<string, BuiltinModule>;
}

type GetBuiltinModule = (name: string) => unknown;

/**
 * Opens Node's inside to code that runs before any module's does. Only a Node that was started with `INTERNALS_FLAG` has this door, and
 * the walls close it for good. Throws when it is missing: a guest without its inner walls must not start.
 */
export function openNodeInternals(platform: NodeJS.Process): NodeInternals {
  const load = (platform as unknown as { getBuiltinModule: GetBuiltinModule }).getBuiltinModule;
  // Node warns about what it opens here, on a stream that nobody reads.
  const warn = Object.getOwnPropertyDescriptor(platform, 'emitWarning');
  platform.emitWarning = () => undefined;
  const { internalBinding } = load('internal/test/binding') as { internalBinding: NodeInternals['binding'] };
  if (warn !== undefined) Object.defineProperty(platform, 'emitWarning', warn);
  const { loadBuiltinModule } = load('internal/modules/helpers') as {
    loadBuiltinModule: (name: string) => BuiltinModule;
  };
  return { binding: internalBinding, modules: loadBuiltinModule('events').constructor.map };
}
