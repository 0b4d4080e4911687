import type { Permissions } from '../../manifest/manifest.js';
import { inlineYaml } from '../../sandbox/grant-text.js';

/** The `permissions:` block of a manifest, one permission a line; undefined when there is nothing to ask for. */
export function permissionsBlock(permissions: Permissions): string | undefined {
  const { fs, net, env, modules, crypto, clock, terminal, wasm, timers, optional, reason } = permissions;
  const data: readonly (readonly [string, unknown])[] = [
    ['fs', shortened({ read: fs.read, write: fs.write })],
    ['net', shortened({ connect: net.connect, insecureTls: net.insecureTls, listen: net.listen })],
    ['env', env],
    ['modules', modules],
    ['crypto', crypto],
    ['clock', clock],
    ['terminal', terminal || undefined],
    ['wasm', wasm || undefined],
    ['timers', shortened({ max: timers.max, minDelay: timers.minDelayMs })],
    ['optional', optional],
    ['reason', reason],
  ];
  const lines = data
    .filter(([, value]) => !isEmpty(value))
    .map(([key, value]) => `  ${key}: ${inlineYaml(value)}`);
  return lines.length === 0 ? undefined : ['permissions:', ...lines].join('\n');
}

/** The text of a manifest with another `permissions:` block (or without one); all other lines, comments too, stay as they are. */
export function withPermissionsBlock(text: string, block: string | undefined): string {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => /^permissions[ \t]*:/.test(line));
  const blockLines = block === undefined ? [] : block.split('\n');
  if (start === -1) {
    const body = text.replace(/\n*$/, '');
    return block === undefined ? text : `${body}\n${block}\n`;
  }
  // The block goes on as long as lines are indented; blank lines and comments in between count only if such a line follows.
  let last = start;
  for (let i = start + 1; i < lines.length; i++) {
    const line = lines[i] ?? '';
    if (/^[ \t]+\S/.test(line)) last = i;
    else if (line.trim() !== '' && !line.startsWith('#')) break;
  }
  return [...lines.slice(0, start), ...blockLines, ...lines.slice(last + 1)].join('\n');
}

function shortened(value: Readonly<Record<string, unknown>>): unknown {
  const members = Object.entries(value).filter(([, member]) => !isEmpty(member));
  return members.length === 0 ? undefined : Object.fromEntries(members);
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
