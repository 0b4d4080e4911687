import { PhlowError, type PhlowErrorCode } from '../errors.js';
import { visibleLine } from '../visible-text.js';

/** Every reason to refuse a tarball, by what is wrong with it, and the code that callers switch on. */
const CODES = {
  // It is no tarball of a package, or not all of one.
  'not-gzip': 'PHLOW_TARBALL_UNREADABLE',
  corrupt: 'PHLOW_TARBALL_UNREADABLE',
  truncated: 'PHLOW_TARBALL_UNREADABLE',
  checksum: 'PHLOW_TARBALL_UNREADABLE',
  'not-ustar': 'PHLOW_TARBALL_UNREADABLE',
  'number-encoding': 'PHLOW_TARBALL_UNREADABLE',
  'data-after-end': 'PHLOW_TARBALL_UNREADABLE',
  empty: 'PHLOW_TARBALL_UNREADABLE',
  // It is more than is read of one.
  'too-many-entries': 'PHLOW_TARBALL_TOO_LARGE',
  'file-too-large': 'PHLOW_TARBALL_TOO_LARGE',
  'too-large': 'PHLOW_TARBALL_TOO_LARGE',
  'compression-ratio': 'PHLOW_TARBALL_TOO_LARGE',
  'meta-too-large': 'PHLOW_TARBALL_TOO_LARGE',
  'path-too-long': 'PHLOW_TARBALL_TOO_LARGE',
  'too-deep': 'PHLOW_TARBALL_TOO_LARGE',
  // It holds what is no file or folder.
  'symbolic-link': 'PHLOW_TARBALL_ENTRY',
  'hard-link': 'PHLOW_TARBALL_ENTRY',
  device: 'PHLOW_TARBALL_ENTRY',
  fifo: 'PHLOW_TARBALL_ENTRY',
  'unsupported-type': 'PHLOW_TARBALL_ENTRY',
  'link-target': 'PHLOW_TARBALL_ENTRY',
  'folder-with-content': 'PHLOW_TARBALL_ENTRY',
  // Its names lead elsewhere, or are something else on another system.
  'absolute-path': 'PHLOW_TARBALL_NAME',
  'dot-dot': 'PHLOW_TARBALL_NAME',
  'dot-name': 'PHLOW_TARBALL_NAME',
  'empty-name': 'PHLOW_TARBALL_NAME',
  backslash: 'PHLOW_TARBALL_NAME',
  'drive-letter': 'PHLOW_TARBALL_NAME',
  'control-character': 'PHLOW_TARBALL_NAME',
  'hidden-character': 'PHLOW_TARBALL_NAME',
  'not-utf8': 'PHLOW_TARBALL_NAME',
  'windows-character': 'PHLOW_TARBALL_NAME',
  'reserved-name': 'PHLOW_TARBALL_NAME',
  'trailing-dot': 'PHLOW_TARBALL_NAME',
  'git-folder': 'PHLOW_TARBALL_NAME',
  'bytes-after-name': 'PHLOW_TARBALL_NAME',
  // One name stands for two things, or two names for one.
  duplicate: 'PHLOW_TARBALL_CLASH',
  'case-clash': 'PHLOW_TARBALL_CLASH',
  'unicode-clash': 'PHLOW_TARBALL_CLASH',
  'file-and-folder': 'PHLOW_TARBALL_CLASH',
  'two-manifests': 'PHLOW_TARBALL_CLASH',
  'two-top-folders': 'PHLOW_TARBALL_CLASH',
  'no-top-folder': 'PHLOW_TARBALL_CLASH',
  // It says one thing to one reader and another to the next.
  'pax-name': 'PHLOW_TARBALL_AMBIGUOUS',
  'pax-size': 'PHLOW_TARBALL_AMBIGUOUS',
  'pax-key': 'PHLOW_TARBALL_AMBIGUOUS',
  'pax-record': 'PHLOW_TARBALL_AMBIGUOUS',
  'gnu-name': 'PHLOW_TARBALL_AMBIGUOUS',
  'named-twice': 'PHLOW_TARBALL_AMBIGUOUS',
  'readers-differ': 'PHLOW_TARBALL_AMBIGUOUS',
} as const satisfies Readonly<Record<string, PhlowErrorCode>>;

/** Why a tarball is refused: `details.rule` of its error. */
export type TarballRule = keyof typeof CODES;

/** Makes the error of one tarball; `what` says what was found. */
export type FailTarball = (rule: TarballRule, what: string, cause?: unknown) => PhlowError;

/** What makes the errors of a tarball that is called `shown` in messages. */
export function tarballErrors(shown: string): FailTarball {
  return (rule, what, cause) =>
    new PhlowError(CODES[rule], `Cannot unpack ${visibleLine(shown)}: ${what}`, {
      ...(cause === undefined ? {} : { cause }),
      details: { tarball: shown, rule },
    });
}
