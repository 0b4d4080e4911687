import type { SourceLocation } from '../code-frame.js';
import { PhlowError } from '../errors.js';
import { DEFAULT_ENTRIES } from '../host/load/resolve.js';
import type { Manifest } from '../manifest/manifest.js';
import { visibleLine } from '../visible-text.js';

/** The error of a module that cannot be packed, published or installed as it is; `reason` says what is wrong and what to do. */
export function invalidPackage(
  attempt: string,
  shown: string,
  reason: string,
  more: { readonly place?: SourceLocation; readonly cause?: unknown; readonly rule: string },
): PhlowError {
  const { place, cause, rule } = more;
  const message = `Cannot ${attempt} ${visibleLine(shown)}: ${reason}`;
  return new PhlowError('PHLOW_PACKAGE_INVALID', message, {
    ...(cause === undefined ? {} : { cause }),
    ...(place === undefined ? {} : { place }),
    details: { package: shown, rule },
  });
}

/** The error of a module without code where its manifest, or the default, says that it is. */
export function missingEntry(attempt: string, shown: string, { entry, placeOf }: Manifest): PhlowError {
  const looked = entry === undefined ? DEFAULT_ENTRIES : [entry];
  const message = `Cannot ${attempt} ${visibleLine(shown)}: there is no entry file ${looked.map((path) => visibleLine(path)).join(' or ')} in it; name one with "entry:" in its phlow.yaml`;
  const place = entry === undefined ? undefined : placeOf('/entry');
  return new PhlowError('PHLOW_ENTRY_MISSING', message, { place, details: { package: shown, looked } });
}
