/** What the running Node can do for isolation. Asked once, by looking at Node itself wherever it can be asked. */
export interface NodeFeatures {
  /** The flag that turns the permission model on. */
  readonly permissionFlag: '--permission' | '--experimental-permission';
  /** Whether the network is part of the permission model. */
  readonly hasNetPermission: boolean;
  /** Whether a start flag keeps SIGUSR1 from opening the inspector. */
  readonly hasDisableSigusr1: boolean;
  /** Whether it loads TypeScript as it is. */
  readonly hasTypeScript: boolean;
  /** What Node itself takes of a limit on data before a module holds anything, in bytes. */
  readonly ownDataBytes: number;
}

const MIB = 1_048_576;

/** Reads the features off a Node: its accepted flags and its version. */
export function nodeFeatures(
  flags: ReadonlySet<string> = process.allowedNodeEnvironmentFlags,
  version: string = process.versions.node,
): NodeFeatures {
  const major = Number(version.split('.')[0]);
  return {
    permissionFlag: flags.has('--permission') ? '--permission' : '--experimental-permission',
    hasNetPermission: flags.has('--allow-net'),
    hasTypeScript: 'typescript' in process.features && process.features.typescript !== false,
    hasDisableSigusr1: flags.has('--disable-sigusr1'),
    // Measured on 20.20, 22.23, 24.21: newer V8s reserve 512 MB for code at start.
    ownDataBytes: major >= 24 ? 600 * MIB : 192 * MIB,
  };
}
