import type { TypeMember, TypeNode } from './type-node.js';

const INDENT = '  ';
/** A union that fits here stands in one line. */
const LINE_WIDTH = 90;

/** The type as source text; lines after the first are indented by `indent`. */
export function printType(type: TypeNode, indent = ''): string {
  switch (type.kind) {
    case 'name':
      return type.text;
    case 'array':
      return `readonly ${inBrackets(type.item, indent)}[]`;
    case 'tuple':
      return `readonly [${[
        ...type.items.map((item, i) =>
          i < type.least ? printType(item, indent) : `${inBrackets(item, indent)}?`,
        ),
        ...(type.rest === undefined ? [] : [`...${inBrackets(type.rest, indent)}[]`]),
      ].join(', ')}]`;
    case 'object':
      return printObject(type, indent);
    case 'union': {
      const members = type.of.map((member) => printType(member, indent + INDENT));
      const line = members.join(' | ');
      return line.length <= LINE_WIDTH && !line.includes('\n')
        ? line
        : members.map((member) => `\n${indent}${INDENT}| ${member}`).join('');
    }
  }
}

function inBrackets(type: TypeNode, indent: string): string {
  const text = printType(type, indent);
  return type.kind === 'union' || text.startsWith('readonly ') ? `(${text})` : text;
}

function printObject({ members, others }: TypeNode & { kind: 'object' }, indent: string): string {
  const inner = indent + INDENT;
  const lines = members.flatMap((member) => [...comment(member.about, inner), property(member, inner)]);
  if (others !== undefined) lines.push(`${inner}readonly [name: string]: ${printType(others, inner)};`);
  return lines.length === 0 ? 'Readonly<Record<string, never>>' : `{\n${lines.join('\n')}\n${indent}}`;
}

function property({ name, type, isOptional }: TypeMember, indent: string): string {
  const key = /^[A-Za-z_$][\w$]*$/.test(name) ? name : literalText(name);
  const text = printType(type, indent);
  return `${indent}readonly ${key}${isOptional ? '?' : ''}:${text.startsWith('\n') ? '' : ' '}${text};`;
}

/** A JSDoc comment of these lines; none without lines. Nothing in them can end it. */
export function comment(lines: readonly string[], indent: string): readonly string[] {
  // `@ts-` begins a word to the compiler.
  const safe = lines.map((line) =>
    shown(line.replaceAll('*/', '*\\/').replaceAll('@ts-', '@ ts-')).trimEnd(),
  );
  const [only, ...more] = safe;
  if (only === undefined) return [];
  if (more.length === 0) return [`${indent}/** ${only} */`];
  return [
    `${indent}/**`,
    ...safe.map((line) => `${indent} *${line === '' ? '' : ` ${line}`}`),
    `${indent} */`,
  ];
}

/** A string as a literal in single quotes; what a terminal or an editor would not show is escaped. */
export function literalText(text: string): string {
  return `'${shown(JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'"))}'`;
}

/** Text in which what a reader would not see is escaped. */
function shown(text: string): string {
  return text.replaceAll(
    /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u{FE00}-\u{FE0F}\u{E0100}-\u{E01EF}]/gu,
    (sign) => `\\u{${(sign.codePointAt(0) ?? 0).toString(16)}}`,
  );
}
