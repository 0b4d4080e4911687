/** A pattern that the syntax does not allow, or that is too big. */
export class RegexError extends Error {}
