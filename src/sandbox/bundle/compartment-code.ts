import { parse, tokenizer, type Comment, type Node, type Token } from 'acorn';
import { limitOf, type CompartmentLimit } from './compartment-limit.js';

/** A piece of a text that becomes another. */
interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Something in the bundle that a compartment cannot run, with its offset in the bundle. */
export class CompartmentCodeError extends SyntaxError {
  readonly offset: number;
  /** Undefined for what runs nowhere. */
  readonly limit: CompartmentLimit | undefined;

  constructor(message: string, offset: number, limit: CompartmentLimit | undefined) {
    super(message);
    this.name = 'CompartmentCodeError';
    this.offset = offset;
    this.limit = limit;
  }
}

/**
 * Texts that a compartment refuses wherever they stand, since without a parser it cannot distinguish code from a string: import expressions, direct
 * eval and HTML-like comments. Each with how to write it inside a string, a template or a regular expression.
 */
const SUSPICIOUS: readonly (readonly [RegExp, string])[] = [
  [/import(?=\s*(?:\(|\/[/*]))/g, 'impor\\x74'],
  [/eval(?=\s*\()/g, 'eva\\x6c'],
  [/<!--/g, '<\\x21--'],
  [/-->/g, '--\\x3e'],
];

/**
 * Makes bundled code fit for a compartment, whose textual checks stay on: proves with a parser that it is strict code without any import
 * expression, then writes strings, templates, regular expressions and names that only look like one in another way with the same meaning.
 * (The raw form of a tagged template changes.) Comments that look suspicious are emptied. A direct eval becomes an indirect one.
 * Throws CompartmentCodeError.
 */
export function compartmentCode(bundle: string): string {
  // The first line of a program that a shell may start is a comment; inside of a function it would be none. As long as before: places stay.
  const code = bundle.replace(/^#!/, '//');
  const program = parseStrict(code);
  const edits: Edit[] = [...directEvals(program)];
  const comments: Comment[] = [];
  let last: Token | undefined;
  const tokens = tokenizer(code, { ecmaVersion: 'latest', sourceType: 'script', onComment: comments });
  for (let token = tokens.getToken(); token.type.label !== 'eof'; token = tokens.getToken()) {
    edits.push(...editsOf(code, token, last));
    last = token;
  }
  for (const { start, end, type } of comments)
    if (isSuspicious(code.slice(start, end)))
      edits.push({ start, end, text: type === 'Block' ? '/**/' : '//' });
  const fit = applied(code, edits);
  assertNothingLeft(fit);
  return fit;
}

function parseStrict(code: string): Node {
  let program: Node;
  try {
    // The compartment runs it as strict code inside a function.
    program = parse(`'use strict';${code}`, {
      ecmaVersion: 'latest',
      sourceType: 'script',
      allowReturnOutsideFunction: true,
    });
  } catch (error) {
    const offset =
      error instanceof SyntaxError && 'pos' in error && typeof error.pos === 'number'
        ? error.pos - PREFIX
        : 0;
    const message = error instanceof Error ? error.message.replace(/ \(\d+:\d+\)$/, '') : String(error);
    const isWith = /'with' in strict mode/.test(message);
    throw new CompartmentCodeError(
      isWith ? WITH : message,
      Math.max(0, offset),
      // The bundler's own parser has taken it: what is left to refuse is what strict code does not have.
      limitOf(isWith ? 'with' : 'sloppy-mode'),
    );
  }
  for (const node of nodesOf(program)) {
    const isMeta =
      node.type === 'MetaProperty' && 'meta' in node && (node.meta as { name?: unknown }).name === 'import';
    if (node.type === 'ImportExpression' || isMeta)
      throw new CompartmentCodeError(
        'it uses import as an expression',
        node.start - PREFIX,
        limitOf('import-expression'),
      );
  }
  return program;
}

const PREFIX = `'use strict';`.length;
const WITH = 'it uses the with statement';

/** `eval(x)` sees the scope around it, which a compartment cannot give: it becomes `(0, eval)(x)`, which sees the globals. */
function directEvals(program: Node): readonly Edit[] {
  const edits: Edit[] = [];
  for (const node of nodesOf(program)) {
    if (node.type !== 'CallExpression' || !('callee' in node)) continue;
    const callee = node.callee as Node & { readonly name?: unknown };
    if (callee.type === 'Identifier' && callee.name === 'eval')
      edits.push({ start: callee.start - PREFIX, end: callee.end - PREFIX, text: '(0, eval)' });
  }
  return edits;
}

/** Every node below `root`, without recursion: code may be nested deeper than the stack allows. */
function* nodesOf(root: Node): Generator<Node> {
  const left: unknown[] = [root];
  while (left.length > 0) {
    const next = left.pop();
    if (Array.isArray(next)) for (const item of next) left.push(item);
    else if (typeof next === 'object' && next !== null) {
      if ('type' in next && typeof next.type === 'string') yield next as Node;
      for (const value of Object.values(next)) if (typeof value === 'object') left.push(value);
    }
  }
}

function editsOf(code: string, token: Token, before: Token | undefined): readonly Edit[] {
  const { label } = token.type;
  const raw = code.slice(token.start, token.end);
  if (label === 'string' || label === 'template' || label === 'regexp') {
    const text = SUSPICIOUS.reduce((changed, [what, how]) => changed.replace(what, how), raw);
    return text === raw ? [] : [{ start: token.start, end: token.end, text }];
  }
  // A method or property that is called import or eval; calls of the real ones are ruled out or rewritten above.
  const isName = label === 'import' || (label === 'name' && raw === 'eval' && before?.type.label !== '.');
  if (!isName || !/^\s*(?:\(|\/[/*])/.test(code.slice(token.end, token.end + 64))) return [];
  const name = label === 'import' ? 'impor\\u0074' : 'eva\\u006c';
  return [{ start: token.start, end: token.end, text: name }];
}

function isSuspicious(text: string): boolean {
  return SUSPICIOUS.some(([what]) => text.search(what) !== -1);
}

function applied(code: string, edits: readonly Edit[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const { start, end, text } of [...edits].sort((a, b) => a.start - b.start)) {
    // Of two edits of one place the first counts: a direct eval is both.
    if (start < at) continue;
    parts.push(code.slice(at, start), text);
    at = end;
  }
  parts.push(code.slice(at));
  return parts.join('');
}

/** The compartment's own checks, asked beforehand so that a refusal names a place. */
function assertNothingLeft(code: string): void {
  for (const pattern of [/(?:^|[^.]|\.\.\.)\bimport\s*(?:\(|\/[/*])/, /(?:^|[^.])\beval\s*\(/, /<!--|-->/]) {
    const offset = code.search(pattern);
    if (offset !== -1) {
      const found = code.slice(offset, offset + 20).trim();
      throw new CompartmentCodeError(
        `it holds the text ${JSON.stringify(found)}`,
        offset,
        limitOf('refused-text'),
      );
    }
  }
}
