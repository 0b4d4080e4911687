import { codeOf, compilerSnippet, createChecker } from './checker.js';
import { META_FORMATS, FORMATS_NAME } from './meta-check.js';
import { META_SCHEMA } from './meta-schema.js';

/** The code of the meta-schema's check, which the build leaves beside this file: compiling takes 80 ms of CPU time (measured). */
export function metaCheckCode(): string {
  const checker = createChecker({
    allErrors: true,
    formats: META_FORMATS,
    inlineRefs: false,
    // The names in a manifest are anybody's, and so may be those on `Object.prototype`.
    ownProperties: true,
    code: { source: true, optimize: false, formats: compilerSnippet(`require("${FORMATS_NAME}")`) },
  });
  return codeOf(checker, checker.compile(META_SCHEMA));
}
