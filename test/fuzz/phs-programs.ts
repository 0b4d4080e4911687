import fc from 'fast-check';

const NAMES = [
  'a',
  'b',
  'xs',
  'm',
  's',
  'f',
  'i',
  'payload',
  'main',
  'steps',
  'constructor',
  '__proto__',
  'nope',
];
const FUNCTIONS = [
  'len',
  'push',
  'pop',
  'keys',
  'values',
  'map',
  'filter',
  'reduce',
  'sort',
  'contains',
  'split',
  'trim',
  'to_string',
  'to_json',
  'type_of',
  'parse',
  'replace',
  'slice',
  'get',
  'set',
  'insert',
  'remove',
  'append',
  'pad',
  'splice',
  'range',
  'abs',
  'max',
  'search',
  'like',
  'is_empty',
  'merge',
  'call',
  'curry',
  'Fn',
  'eval',
  'exit',
  'is_def_var',
  'take',
  'f',
  'g',
  'bits',
  'for_each',
  'drain',
  'retain',
  'zip',
  'chars',
  'format',
  'now',
  'constructor',
  'to_hex',
  'index_of',
  'mixin',
  'nope',
];
const TEXTS = [
  '',
  'a',
  'héllo😀',
  '${',
  '`',
  '"',
  "'",
  '\\',
  '\n',
  '{{',
  '}}',
  '__proto__',
  '(a+)+$',
  '%a_',
  '\u0000',
  '2023-08-18T12:34:56Z',
];
const BINARY = [
  '+',
  '-',
  '*',
  '/',
  '%',
  '**',
  '<<',
  '>>',
  '&',
  '|',
  '^',
  '==',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  '??',
  ' in ',
  ' !in ',
];
const ASSIGN = ['=', '+=', '-=', '*=', '/=', '%=', '**=', '<<=', '>>=', '&=', '|=', '^='];
const WORDS = [
  'let',
  'const',
  'if',
  'else',
  'fn',
  'return',
  'switch',
  'for',
  'in',
  'while',
  'loop',
  'do',
  'try',
  'catch',
  'throw',
  'null',
  'true',
  'this',
  '{',
  '}',
  '(',
  ')',
  '[',
  ']',
  '#{',
  '|',
  '||',
  '=>',
  ',',
  ';',
  ':',
  '::',
  '.',
  '?.',
  '?[',
  '..',
  '..=',
  '...',
  '`',
  '${',
  '"',
  "'",
  '@',
  '1',
  '2.5',
  'a',
  'x',
  '=',
  '+=',
  '!',
  '-',
  '/*',
  '//',
  '\n',
  '\\',
  '_',
  'it',
  '?',
];

const quoted = (text: string): string =>
  JSON.stringify(text).replaceAll('\\u0000', '\\x00').replaceAll('\\b', 'b').replaceAll('\\f', 'f');

interface Grammar {
  expression: string;
  number: string;
  text: string;
  list: string;
  map: string;
  bool: string;
  statement: string;
  block: string;
}

/** Code made by the grammar: over few names, so that its parts meet, and mostly of fitting types, so that it gets somewhere. */
const grammar = fc.letrec((tie: fc.LetrecTypedTie<Grammar>) => {
  const name = fc.constantFrom(...NAMES);
  const [expression, number, text] = [tie('expression'), tie('number'), tie('text')];
  const [list, map, bool] = [tie('list'), tie('map'), tie('bool')];
  const [statement, block] = [tie('statement'), tie('block')];
  const args = fc.array(expression, { maxLength: 3 }).map((items) => items.join(', '));
  const depth = { maxDepth: 3, depthSize: 'xsmall' } as const;
  return {
    number: fc.oneof(
      depth,
      fc.integer({ min: -20, max: 70 }).map(String),
      fc.constantFrom(
        '9223372036854775807',
        '-9223372036854775808',
        '1.5',
        '3.0',
        '1e300',
        '0xff',
        'i',
        'main.a',
        'xs.len',
      ),
      fc
        .tuple(number, fc.constantFrom('+', '-', '*', '/', '%', '**', '<<', '>>', '&', '|', '^'), number)
        .map((all) => all.join(' ')),
      fc.tuple(text, fc.constantFrom('len()', 'index_of("a")', 'len')).map(([a, f]) => `(${a}).${f}`),
      list.map((a) => `(${a}).reduce(|sum, x| sum + x, 0)`),
    ),
    text: fc.oneof(
      depth,
      fc.constantFrom(...TEXTS).map(quoted),
      fc.constantFrom('s', 'main.s', "'x'", 's[1]', 's[0..2]'),
      fc.tuple(expression, expression).map(([a, b]) => `\`x\${${a}}y\${${b}}\``),
      fc.tuple(text, expression).map(([a, b]) => `${a} + (${b})`),
      fc
        .tuple(
          text,
          fc.constantFrom('to_upper()', 'slice(1)', 'replace("a", s)', 'to_json()', 'sub_string(1, 2)'),
        )
        .map(([a, f]) => `(${a}).${f}`),
    ),
    list: fc.oneof(
      depth,
      args.map((items) => `[${items}]`),
      fc.constantFrom('xs', 'main.xs', 'payload', 'm.keys()'),
      fc.tuple(list, expression).map(([a, b]) => `[...${a}, ${b}]`),
      fc.tuple(list, name, expression).map(([a, x, b]) => `(${a}).map(|${x}| ${b})`),
      fc.tuple(list, name, bool).map(([a, x, b]) => `(${a}).filter(|${x}| ${b})`),
      fc.tuple(list, list).map(([a, b]) => `${a} + ${b}`),
    ),
    map: fc.oneof(
      depth,
      fc.constantFrom('m', 'm.a', 'main', '{}'),
      fc.tuple(name, expression, map).map(([key, a, b]) => `{${key}: ${a}, ...${b}}`),
      fc.tuple(name, expression).map(([key, a]) => `#{"${key}": ${a}}`),
    ),
    bool: fc.oneof(
      depth,
      fc.constantFrom('true', 'false'),
      fc
        .tuple(number, fc.constantFrom('<', '<=', '>', '>=', '==', '!='), number)
        .map(([a, op, b]) => `(${a}) ${op} (${b})`),
      fc
        .tuple(expression, fc.constantFrom('==', '!='), expression)
        .map(([a, op, b]) => `(${a}) ${op} (${b})`),
      fc.tuple(expression, fc.constantFrom('in', '!in'), list).map(([a, op, b]) => `(${a}) ${op} (${b})`),
      fc.tuple(bool, fc.constantFrom('&&', '||', '^'), bool).map(([a, op, b]) => `(${a}) ${op} (${b})`),
      bool.map((a) => `!(${a})`),
    ),
    expression: fc.oneof(
      { maxDepth: 4, depthSize: 'xsmall' },
      number,
      text,
      list,
      map,
      bool,
      name,
      fc.constantFrom('null', '()', '[1].map(|| this)', 'global::A'),
      fc.tuple(expression, fc.constantFrom(...BINARY), expression).map(([a, op, b]) => `(${a}) ${op} (${b})`),
      fc.tuple(fc.constantFrom('-', '+', '!'), expression).map(([op, a]) => `${op}(${a})`),
      fc.tuple(expression, fc.constantFrom('.', '?.'), name).map(([a, dot, b]) => `(${a})${dot}${b}`),
      fc
        .tuple(expression, fc.constantFrom('[', '?['), expression)
        .map(([a, open, b]) => `(${a})${open}${b}]`),
      fc
        .tuple(name, fc.constantFrom('.', '?.'), fc.constantFrom(...FUNCTIONS), args)
        .map(([a, dot, f, x]) => `${a}${dot}${f}(${x})`),
      fc.tuple(expression, fc.constantFrom(...FUNCTIONS), args).map(([a, f, x]) => `(${a}).${f}(${x})`),
      fc.tuple(fc.constantFrom(...FUNCTIONS), args).map(([f, x]) => `${f}(${x})`),
      fc.tuple(name, expression).map(([x, body]) => `|${x}| ${body}`),
      expression.map((body) => `|| ${body}`),
      fc.tuple(bool, expression, expression).map(([c, a, b]) => `it ${c} ? ${a} : ${b}`),
      fc.tuple(bool, expression, expression).map(([c, a, b]) => `(${c}) ? ${a} : ${b}`),
      fc.tuple(number, fc.constantFrom('..', '..='), number).map(([a, op, b]) => `(${a})${op}(${b})`),
      fc.tuple(bool, block, block).map(([c, a, b]) => `if ${c} ${a} else ${b}`),
      fc
        .tuple(expression, fc.integer(), text, expression)
        .map(([x, l, a, b]) => `switch ${x} { ${l} => ${a}, "a" | () => 1, _ => ${b} }`),
    ),
    block: fc.array(statement, { maxLength: 3 }).map((statements) => `{ ${statements.join(' ')} }`),
    statement: fc.oneof(
      { maxDepth: 3, depthSize: 'xsmall' },
      expression.map((a) => `${a};`),
      fc
        .tuple(fc.constantFrom('let', 'let', 'const'), name, expression)
        .map(([word, a, b]) => `${word} ${a} = ${b};`),
      fc
        .tuple(fc.constantFrom('xs', 'm', 's', 'i', 'nope'), fc.constantFrom(...ASSIGN), expression)
        .map(([a, op, b]) => `${a} ${op} ${b};`),
      fc
        .tuple(name, name, fc.constantFrom(...ASSIGN), expression)
        .map(([a, k, op, b]) => `${a}.${k} ${op} ${b};`),
      fc
        .tuple(fc.constantFrom('xs', 'm.a.b', 's', 'm'), expression, expression)
        .map(([a, k, b]) => `${a}[${k}] = ${b};`),
      fc.tuple(fc.constantFrom('xs', 'm.a.b', 'xs[1]'), expression).map(([a, b]) => `${a}.push(${b});`),
      fc.tuple(name, list, block).map(([x, a, body]) => `for ${x} in ${a} ${body}`),
      fc.tuple(list, block).map(([a, body]) => `for (x, n) in ${a} ${body}`),
      fc.tuple(bool, block).map(([c, body]) => `while ${c} ${body}`),
      block.map((body) => `loop ${body}`),
      fc.tuple(block, bool).map(([body, c]) => `do ${body} until ${c};`),
      fc.tuple(block, name, block).map(([a, e, b]) => `try ${a} catch (${e}) ${b}`),
      fc.tuple(bool, expression).map(([c, a]) => `if ${c} { return ${a}; }`),
      fc.tuple(bool, expression).map(([c, a]) => `if ${c} { throw ${a}; }`),
      fc
        .tuple(bool, fc.constantFrom('break;', 'continue;', 'break 1;', 'let q = 1 + { break 2; };'))
        .map(([c, jump]) => `for x in 0..9 { if ${c} { ${jump} } }`),
    ),
  };
});

const parameters = fc.subarray(['a', 'b']);
const functions = fc
  .tuple(parameters, grammar.block, parameters, grammar.block)
  .map(([f, first, g, second]) => `fn f(${f.join(', ')}) ${first}\nfn g(${g.join(', ')}) ${second}`);

const valid = fc
  .tuple(fc.option(functions, { nil: '' }), fc.array(grammar.statement, { minLength: 1, maxLength: 4 }))
  .map(([definitions, statements]) => {
    const variables = 'let xs = [1, [2], {a: 3}]; let m = {a: {b: [1]}}; let s = "text"; let i = 3;';
    // Caught one by one, so that the first error is not the end; what is declared inside stays inside.
    const guarded = statements.map((one, i) => (i % 2 === 0 ? `try { ${one} } catch (e) { m.e = e; }` : one));
    return [variables, definitions, ...guarded].join('\n');
  });

/** Tokens in no order: hardly ever valid. */
const soup = fc.array(fc.constantFrom(...WORDS), { maxLength: 30 }).map((words) => words.join(' '));

/** Valid code with a piece cut out or doubled. */
const damaged = fc
  .tuple(valid, fc.nat(), fc.nat({ max: 8 }), fc.boolean())
  .map(([code, at, length, isDoubled]) => {
    const from = at % (code.length + 1);
    return (
      code.slice(0, from) +
      (isDoubled ? code.slice(from, from + length).repeat(2) : '') +
      code.slice(from + length)
    );
  });

/** Programs to try the language on: valid ones, damaged ones, soups of tokens, plain text. */
export const programs: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: valid },
  { weight: 2, arbitrary: damaged },
  { weight: 1, arbitrary: soup },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
);
