import { describe, expect, test } from '@jest/globals';
import { toFault, refusalText } from '../../src/wire/fault.js';

const refusal = (permission: string, resource = ''): Error =>
  Object.assign(new Error('Access to this API has been restricted'), {
    code: 'ERR_ACCESS_DENIED',
    permission,
    resource,
  });

describe('refusalText', () => {
  test('says what Node refused, and what gives it', () => {
    expect(refusalText(refusal('FileSystemRead', '/etc/hosts'))).toBe(
      'Cannot read /etc/hosts: Node refuses it at level guarded; its phlow.yaml must ask for that under permissions.fs.read and the owner grant it',
    );
    expect(refusalText(refusal('ChildProcess'))).toBe(
      'Cannot start a program: Node refuses it at level guarded; that takes isolation: trusted',
    );
    expect(refusalText(refusal('constructor'))).toBe(
      'Cannot use constructor: Node refuses it at level guarded; no permission gives that at level guarded',
    );
  });

  test('is the message of the fault; other errors keep theirs', () => {
    expect(toFault(refusal('FileSystemWrite', '/x')).message).toContain('Cannot write /x');
    expect(toFault(new Error('other')).message).toBe('other');
    expect(refusalText(Object.assign(new Error('x'), { code: 'ERR_ACCESS_DENIED' }))).toBeUndefined();
  });
});
