import { readableInJail } from './bubblewrap.js';

/**
 * Run as root of new namespaces: makes a file system of what it is given up to `--`, takes the old one away, gives every capability up for good
 * and becomes what follows. All mounts are seen in the new namespace only. `/mnt` is where the new one grows: every system has it. `/proc` is
 * there for `umount` alone.
 */
const BUILD = `set -e
PATH=/usr/sbin:/usr/bin:/sbin:/bin
umount=$(command -v umount) setpriv=$(command -v setpriv)
mount -t tmpfs -o mode=755 phlow /mnt
mkdir -p /mnt/old /mnt/proc
bind() {
  [ -e "$1" ] || return 0
  if [ -d "$1" ]; then mkdir -p "/mnt$1"; else mkdir -p "/mnt\${1%/*}"; : > "/mnt$1"; fi
  mount --bind "$1" "/mnt$1"
}
for path in /dev/null /dev/zero /dev/urandom /dev/random; do bind "$path"; done
set -- "$setpriv" "$@"
while [ "$1" != -- ]; do bind "$1"; mount -o remount,bind,ro "/mnt$1"; shift; done
shift
mount -t proc proc /mnt/proc
cd /mnt
pivot_root . old
"/old$umount" -l /old /proc
exec "$setpriv" --no-new-privs --bounding-set=-all --inh-caps=-all -- "$@"`;

/**
 * The jail of a system without bubblewrap, made of util-linux alone: no network, no other processes, no capability, and no files but the Node
 * that runs and the libraries it needs. No filter of system calls, so it may start processes inside.
 */
export function namespacesCommand(unshare: string): readonly string[] {
  return [
    unshare,
    '--map-root-user',
    '--net',
    '--ipc',
    '--uts',
    '--mount',
    '--pid',
    '--fork',
    '--kill-child=SIGKILL',
    '--',
    '/bin/sh',
    '-c',
    BUILD,
    'sh',
    ...readableInJail(),
    '--',
  ];
}
