/** What a guest is doing when its host ends. */
export const GUESTS = [
  'spins',
  'sleeps',
  'is in native code',
  'ignores signals',
  'floods',
  'loads',
  'bundles',
] as const;
export type GuestKind = (typeof GUESTS)[number];

/** How the guest is held; `watched` is isolated where the kernel cannot kill with the parent. */
export const HOLDS = [
  'trusted',
  'sandboxed',
  'isolated',
  'isolated, watched',
  'isolated, in a jail',
  'isolated, in namespaces',
] as const;
export type Hold = (typeof HOLDS)[number];

/** The module's source. It says `busy` when it is about to do what it is named after. */
export function guestSource(kind: GuestKind, hold: Hold): string {
  const isTrusted = hold === 'trusted';
  // A thread that never comes back to its loop cannot print; a thread that is trusted can write by itself.
  const head = isTrusted
    ? `import { writeSync } from 'node:fs'; import { pbkdf2Sync } from 'node:crypto'; const say = () => writeSync(1, 'busy\\n');`
    : `const say = () => console.log('busy');`;
  const native = isTrusted
    ? `pbkdf2Sync('x', 'y', 2 ** 30, 64, 'sha512');`
    : `/^(?:a+)+$/.test('a'.repeat(64) + 'b');`;
  const deaf = isTrusted
    ? `for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(name, () => undefined);`
    : '';
  const deeds: Readonly<Record<GuestKind, string>> = {
    spins: 'for (;;);',
    sleeps: 'return new Promise(() => undefined);',
    'is in native code': native,
    'ignores signals': `${deaf} for (;;) try { for (;;); } catch {}`,
    floods: `for (;;) { console.log('x'.repeat(1_000)); await 0; }`,
    loads: '',
    bundles: '',
  };
  if (kind === 'loads') return `${head} say(); for (;;);`;
  // Much to parse, so that the bundler is still at it.
  if (kind === 'bundles') return bulk();
  return `${head} export default async () => { say(); ${deeds[kind]} };`;
}

function bulk(): string {
  const row = Array.from({ length: 200 }, (_, i) => `a${i} + b${i}`).join(', ');
  return Array.from({ length: 12_000 }, (_, i) => `export function f${i}(a) { return [${row}]; }`).join('\n');
}
