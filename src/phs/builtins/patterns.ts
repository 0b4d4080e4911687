import { compileRegex, type Program } from '../regex/program.js';
import { matches } from '../regex/search.js';
import { RegexError } from '../regex/syntax.js';
import { isLike } from './like.js';
import { pure, type Builtin, type Context } from './registry.js';

/** Matching of texts with patterns (docs/spec/phs.md 11.1). */
export const PATTERNS: readonly Builtin[] = [
  pure('search', ['string', 'string'], (context, text, pattern) => {
    const program = programOf(context, pattern);
    // A pattern that is not valid matches nothing.
    if (program === undefined) return false;
    return matches(program, text, (steps) => {
      context.charge(steps);
    });
  }),
  pure('like', ['string', 'string'], (context, text, pattern) => isLike(context, text, pattern, false)),
  pure('ilike', ['string', 'string'], (context, text, pattern) => isLike(context, text, pattern, true)),
  pure('not_like', ['string', 'string'], (context, text, pattern) => !isLike(context, text, pattern, false)),
  pure('not_ilike', ['string', 'string'], (context, text, pattern) => !isLike(context, text, pattern, true)),
];

/** What it costs to compile a pattern. */
const STEPS_PER_CHARACTER = 40;
const STEPS_PER_INSTRUCTION = 5;

const MAX_KEPT = 100;
const MAX_KEPT_LENGTH = 500;

/** Programs of patterns that were used lately; flows use the same few again and again. */
const kept = new Map<string, Program | undefined>();

function programOf(context: Context, pattern: string): Program | undefined {
  if (kept.has(pattern)) return kept.get(pattern);
  // Classes of characters are made for each; measured.
  context.charge(STEPS_PER_CHARACTER * pattern.length);
  const program = compiled(pattern);
  context.charge(STEPS_PER_INSTRUCTION * (program?.instructions.length ?? 0));
  if (pattern.length <= MAX_KEPT_LENGTH) {
    const [oldest] = kept.keys();
    if (kept.size >= MAX_KEPT && oldest !== undefined) kept.delete(oldest);
    kept.set(pattern, program);
  }
  return program;
}

function compiled(pattern: string): Program | undefined {
  try {
    return compileRegex(pattern);
  } catch (error) {
    if (error instanceof RegexError) return undefined;
    throw error;
  }
}
