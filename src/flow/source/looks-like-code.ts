/** First words that make an unquoted value an expression (docs/spec/flow.md 4.4). */
const RESERVED: ReadonlySet<string> = new Set(
  (
    'if else for while loop match let const fn return switch case default try catch throw when ' +
    'payload input steps main setup envs tests + - * / % == != < > <= >= && || ?? ?: !'
  ).split(' '),
);

const OPERATOR = / (?:[-+*/%<>!]|==|!=|<=|>=|&&|\|\||\?\?|\?:) /;

/** `!` before a name or a parenthesis is a negation, unless the name is a directive; `!!` starts a YAML tag. */
const NEGATION = /^!(?!(?:phs|include|import|arg)\b)[A-Za-z_(]/;

/**
 * Whether an unquoted value reads as an expression. The value comes without a trailing comment.
 *
 * @param locals further first words that make it one, where they name variables
 */
export function looksLikeCode(value: string, locals: ReadonlySet<string>): boolean {
  if (value.startsWith('"') || value.startsWith("'")) return false;
  if (value.startsWith('`')) return !value.startsWith('```');
  if (NEGATION.test(value)) return true;
  const [word = ''] = value.split(/\s/, 1);
  const first = word.split('.', 1)[0]?.split('[', 1)[0] ?? '';
  if (RESERVED.has(first) || locals.has(first)) return true;
  return OPERATOR.test(value);
}
