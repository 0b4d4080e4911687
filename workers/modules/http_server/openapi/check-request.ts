import type { Problem } from '../refusals.js';
import { hasCheckedBody } from '../content-type.js';
import { bodyProblems, type PatternOf } from './body-rules.js';
import type { Operation } from './document.js';
import type { Given } from './strict.js';

/** Holds a request to its operation: its body by the rules that always hold, then, where that is asked for, all of it by all that the document says. */
export function requestProblems(
  { body: rules, strict }: Operation,
  method: string,
  given: Given,
  body: unknown,
  patternOf: PatternOf,
): readonly Problem[] {
  // The whole schema says all that the rules about members do, and more: null where that is allowed, say.
  const own = strict === undefined ? rules : { ...rules, schema: undefined };
  const problems = hasCheckedBody(method) ? bodyProblems(body, own, patternOf) : [];
  return problems.length > 0 || strict === undefined ? problems : strict.requestProblems(given, body);
}
