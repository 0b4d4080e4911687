/** What a module was refused by Node's permission model, and what gives it, by Node's names of powers. */
const WORDS: Readonly<Record<string, readonly [attempt: string, help: string]>> = {
  FileSystemRead: [
    'read',
    'its phlow.yaml must ask for that under permissions.fs.read and the owner grant it',
  ],
  FileSystemWrite: [
    'write',
    'its phlow.yaml must ask for that under permissions.fs.write and the owner grant it',
  ],
  Net: ['connect', 'its phlow.yaml must ask for that under permissions.net.connect and the owner grant it'],
  ChildProcess: ['start a program', 'that takes isolation: trusted'],
  WorkerThreads: ['start a thread', 'that takes isolation: trusted'],
  Addon: ['load a native add-on', 'that takes isolation: trusted'],
};

/**
 * A refusal of Node's permission model in words: Node itself says that access was restricted, and not to what, or how to start Node otherwise.
 * Undefined for every other error.
 */
export function refusalText(error: object): string | undefined {
  const { code, permission, resource } = error as Readonly<Record<string, unknown>>;
  if (code !== 'ERR_ACCESS_DENIED' || typeof permission !== 'string') return undefined;
  const [attempt, help] = (Object.hasOwn(WORDS, permission) ? WORDS[permission] : undefined) ?? [
    `use ${permission}`,
    'no permission gives that at level guarded',
  ];
  const target = typeof resource === 'string' && resource !== '' ? ` ${resource}` : '';
  return `Cannot ${attempt}${target}: Node refuses it at level guarded; ${help}`;
}
