import type { PhsValue } from '../values/value.js';

/** Where a node stands: the offset that errors about it point at, in UTF-16 units. */
interface Placed {
  readonly at: number;
}

/** The operators with two operands, in order of binding strength; see `precedence.ts`. */
export type BinaryOperator =
  | '||'
  | '|'
  | '^'
  | '&&'
  | '&'
  | '=='
  | '!='
  | 'in'
  | '!in'
  | '<'
  | '<='
  | '>'
  | '>='
  | '??'
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '**'
  | '<<'
  | '>>';

/** The operators that assign. */
export type AssignOperator =
  '=' | '+=' | '-=' | '*=' | '/=' | '%=' | '**=' | '<<=' | '>>=' | '&=' | '|=' | '^=';

export interface Literal extends Placed {
  readonly type: 'literal';
  readonly value: PhsValue;
}
/** A backtick string: texts and statement blocks in turn. */
export interface TemplateText extends Placed {
  readonly type: 'template';
  readonly parts: readonly (string | Block)[];
}
export interface Name extends Placed {
  readonly type: 'name';
  readonly name: string;
}
/** `space::name` or a call of it; only `global::CONSTANT` means something. */
export interface Qualified extends Placed {
  readonly type: 'qualified';
  readonly space: string;
  readonly name: string;
  readonly args: readonly Node[] | undefined;
}
export interface This extends Placed {
  readonly type: 'this';
}
export interface Spread extends Placed {
  readonly type: 'spread';
  readonly value: Node;
}
export interface ArrayLiteral extends Placed {
  readonly type: 'array';
  readonly items: readonly (Node | Spread)[];
}
export interface Member extends Placed {
  readonly type: 'member';
  readonly key: string;
  readonly value: Node;
}
export interface ObjectLiteral extends Placed {
  readonly type: 'object';
  readonly members: readonly (Member | Spread)[];
}
export interface Closure extends Placed {
  readonly type: 'closure';
  readonly parameters: readonly string[];
  readonly body: Node;
}
export interface Unary extends Placed {
  readonly type: 'unary';
  readonly operator: '-' | '+' | '!';
  readonly operand: Node;
}
export interface Binary extends Placed {
  readonly type: 'binary';
  readonly operator: BinaryOperator;
  readonly left: Node;
  readonly right: Node;
}
export interface RangeLiteral extends Placed {
  readonly type: 'range';
  readonly start: Node | undefined;
  readonly end: Node | undefined;
  readonly inclusive: boolean;
}
/** `at` is the name's place. */
export interface Property extends Placed {
  readonly type: 'property';
  readonly target: Node;
  readonly name: string;
  readonly optional: boolean;
}
/** `at` is the place of the index. */
export interface Index extends Placed {
  readonly type: 'index';
  readonly target: Node;
  readonly index: Node;
  readonly optional: boolean;
}
/** `f(…)`; `f!(…)` lets the function see the caller's variables. */
export interface Call extends Placed {
  readonly type: 'call';
  readonly name: string;
  /** True for `f!(…)`. */
  readonly isCapturing: boolean;
  readonly args: readonly Node[];
}
/** `x.f(…)`; `at` is the name's place. */
export interface MethodCall extends Placed {
  readonly type: 'method';
  readonly target: Node;
  readonly name: string;
  readonly args: readonly Node[];
  readonly optional: boolean;
}
/** A call of whatever an expression gives: `(|x| x)(1)`. */
export interface Invoke extends Placed {
  readonly type: 'invoke';
  readonly callee: Node;
  readonly args: readonly Node[];
}
/** `it c ? a : b`, `when c then a else b` and `c ? a : b`. */
export interface Conditional extends Placed {
  readonly type: 'conditional';
  readonly test: Node;
  readonly then: Node;
  readonly otherwise: Node;
}
export interface Block extends Placed {
  readonly type: 'block';
  readonly body: readonly Node[];
}
export interface If extends Placed {
  readonly type: 'if';
  readonly test: Node;
  readonly then: Block;
  readonly otherwise: If | Block | undefined;
}
/** A pattern is a literal value (arrays and maps of literals too) or a range of ints. */
export interface SwitchCase extends Placed {
  readonly type: 'case';
  /** Empty for `_`. */
  readonly patterns: readonly Node[];
  readonly guard: Node | undefined;
  readonly body: Node;
}
export interface Switch extends Placed {
  readonly type: 'switch';
  readonly subject: Node;
  readonly cases: readonly SwitchCase[];
}
/** `while`, `loop` (no test) and `do` (test behind; `until` negates it). */
export interface Loop extends Placed {
  readonly type: 'loop';
  readonly form: 'while' | 'loop' | 'do-while' | 'do-until';
  readonly test: Node | undefined;
  readonly body: Block;
}
export interface For extends Placed {
  readonly type: 'for';
  readonly variable: string;
  readonly counter: string | undefined;
  readonly iterable: Node;
  readonly body: Block;
}
export interface Try extends Placed {
  readonly type: 'try';
  readonly body: Block;
  readonly variable: string | undefined;
  readonly handler: Block;
}
export interface Declare extends Placed {
  readonly type: 'declare';
  readonly name: string;
  readonly constant: boolean;
  readonly value: Node | undefined;
}
/** `at` is the place of the operator. */
export interface Assign extends Placed {
  readonly type: 'assign';
  readonly operator: AssignOperator;
  readonly target: Node;
  readonly value: Node;
}
/** `return`, `throw`, `break` and `continue`. */
export interface Jump extends Placed {
  readonly type: 'jump';
  readonly form: 'return' | 'throw' | 'break' | 'continue';
  readonly value: Node | undefined;
}
export interface Import extends Placed {
  readonly type: 'import';
  readonly source: Node;
  readonly alias: string | undefined;
}

/** Every node that has a value; statements have unit. */
export type Node =
  | Literal
  | TemplateText
  | Name
  | Qualified
  | This
  | ArrayLiteral
  | ObjectLiteral
  | Closure
  | Unary
  | Binary
  | RangeLiteral
  | Property
  | Index
  | Call
  | MethodCall
  | Invoke
  | Conditional
  | Block
  | If
  | Switch
  | Loop
  | For
  | Try
  | Declare
  | Assign
  | Jump
  | Import;

/** `fn name(a, b) { … }`, at the top level of a script only. */
export interface FunctionDefinition extends Placed {
  readonly type: 'fn';
  readonly name: string;
  readonly parameters: readonly string[];
  readonly body: Block;
}

/** A whole script: its functions are known everywhere in it. */
export interface Script {
  readonly functions: readonly FunctionDefinition[];
  readonly body: readonly Node[];
}
