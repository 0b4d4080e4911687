import { describe, expect, test } from '@jest/globals';
import { syscallFilter } from '../../../src/sandbox/jail/syscall-filter.js';

const X64 = 0xc000003e;
const ARM64 = 0xc00000b7;
const THREAD = 0x00010000;
const ENDS: Readonly<Record<number, string>> = {
  0x7fff0000: 'allowed',
  0x00050001: 'EPERM',
  0x00050026: 'ENOSYS',
  0x80000000: 'killed',
};

/** Runs a filter as the kernel does. */
function answer(filter: Uint8Array, arch: number, number: number, firstArgument = 0): string | undefined {
  const view = new DataView(filter.buffer, filter.byteOffset, filter.byteLength);
  const data: Readonly<Record<number, number>> = { 0: number, 4: arch, 16: firstArgument };
  let loaded = 0;
  for (let at = 0; at < filter.length; at += 8) {
    const code = view.getUint16(at, true);
    const operand = view.getUint32(at + 4, true);
    if (code === 0x20) loaded = data[operand]!;
    else if (code === 0x06) return ENDS[operand];
    else {
      const isSo =
        code === 0x15 ? loaded === operand : code === 0x35 ? loaded >= operand : (loaded & operand) !== 0;
      at += 8 * view.getUint8(at + (isSo ? 2 : 3));
    }
  }
  return undefined;
}

describe('the filter of system calls', () => {
  const x64 = syscallFilter('x64')!;
  const arm64 = syscallFilter('arm64')!;

  test.each([
    ['socket', 41, 198],
    ['connect', 42, 203],
    ['kill', 62, 129],
    ['ptrace', 101, 117],
    ['process_vm_readv', 310, 270],
    ['unshare', 272, 97],
    ['mount', 165, 40],
    ['bpf', 321, 280],
    ['pidfd_open', 434, 434],
  ])('denies %s', (_, onX64, onArm64) => {
    expect(answer(x64, X64, onX64)).toBe('EPERM');
    expect(answer(arm64, ARM64, onArm64)).toBe('EPERM');
  });

  test.each([
    ['read', 0, 63],
    ['write', 1, 64],
    ['mmap', 9, 222],
    ['futex', 202, 98],
    ['epoll_pwait', 281, 22],
    ['execve', 59, 221],
    ['exit_group', 231, 94],
  ])('allows %s', (_, onX64, onArm64) => {
    expect(answer(x64, X64, onX64)).toBe('allowed');
    expect(answer(arm64, ARM64, onArm64)).toBe('allowed');
  });

  test('allows a new thread and no new process', () => {
    expect([answer(x64, X64, 56, THREAD | 0xf00), answer(x64, X64, 56, 0x11)]).toEqual(['allowed', 'EPERM']);
    expect([answer(arm64, ARM64, 220, THREAD), answer(arm64, ARM64, 220, 17)]).toEqual(['allowed', 'EPERM']);
    expect([answer(x64, X64, 57), answer(x64, X64, 58)]).toEqual(['EPERM', 'EPERM']);
  });

  test('has libraries do without clone3 and io_uring, whose arguments it cannot see', () => {
    expect([answer(x64, X64, 435), answer(x64, X64, 425)]).toEqual(['ENOSYS', 'ENOSYS']);
  });

  test('kills for a call by another convention', () => {
    expect(answer(x64, 0x40000003, 1)).toBe('killed');
    expect(answer(x64, X64, 0x40000000 + 41)).toBe('killed');
    expect(answer(arm64, X64, 63)).toBe('killed');
  });

  test('is not there for a machine whose numbers are not known', () => {
    expect(syscallFilter('s390x')).toBeUndefined();
  });
});
