import { visibleLine } from '../visible-text.js';
import { waysOf, type Body, type Edge, type StepList, type Ways } from './plan/edges.js';
import type { Plan, Step } from './plan/plan.js';
import { sourceText } from './node.js';

/** Characters of a condition or name that are shown. */
const MAX_TEXT_LENGTH = 60;

/**
 * A flow as a Mermaid flowchart: a node per step, and per main module that starts runs at a step of its own; branches and jumps as arrows, error
 * branches dotted; the bodies of parallel and for_each, and the flow's own `on_error` and `finally`, as boxes.
 */
export function graphOf(plan: Plan): string {
  const ways = waysOf(plan);
  const start = ways.start === undefined ? 'finish' : nodeOf(ways.start);
  const { onError, finally: last } = ways;
  const ends = ways.start === undefined || last !== undefined || ways.edges.some(({ to }) => to === 'end');
  const lists = [ways, ...[onError, last].filter((list) => list !== undefined)];
  return [
    'flowchart TD',
    '  start([start])',
    ...(ends ? ['  finish([end])'] : []),
    ...(onError === undefined ? [] : ['  failed([failed])']),
    ...ways.mains.map(({ name }, index) => `  main${index}([${quoted(name)}])`),
    ...blockLines(ways, '  '),
    ...boxLines(onError, 'on_error'),
    ...boxLines(last, 'finally'),
    `  start --> ${start}`,
    ...ways.mains.map((main, index) => `  main${index} --> ${nodeOf(main.start)}`),
    ...ways.edges.flatMap(edgeLine),
    ...endingLines(ways),
    ...lists.flatMap(({ bodies }) => bodies).flatMap(entryLines),
    '',
  ].join('\n');
}

/** The box of steps that stand at the flow itself. */
function boxLines(list: StepList | undefined, name: string): readonly string[] {
  if (list === undefined) return [];
  return [`  subgraph ${name}[${quoted(name)}]`, ...blockLines(list, '    '), '  end'];
}

/** How a run gets into the boxes of the flow itself. */
function endingLines({ onError, finally: last }: Ways): readonly string[] {
  const lines: string[] = [];
  if (onError !== undefined) {
    lines.push(`  start -.->|any error| ${onError.start === undefined ? 'failed' : nodeOf(onError.start)}`);
  }
  const first = last?.start;
  if (first === undefined) return lines;
  const ends = onError === undefined ? ['finish'] : ['finish', 'failed'];
  return [...lines, ...ends.map((end) => `  ${end} ==> ${nodeOf(first)}`)];
}

function blockLines(
  { steps, bodies }: Pick<StepList, 'steps' | 'bodies'>,
  indent: string,
): readonly string[] {
  return [
    ...steps.map((step) => `${indent}${nodeOf(step)}${shapeOf(step)}`),
    ...bodies.flatMap((body, index) => [
      `${indent}subgraph ${boxOf(body, index)}[${quoted(body.name ?? 'for each item')}]`,
      ...blockLines(body, `${indent}  `),
      `${indent}end`,
    ]),
  ];
}

function nodeOf(step: Step): string {
  return `s${step.index}`;
}

function boxOf(body: Body, index: number): string {
  return `b${body.owner.index}_${index}`;
}

/** A diamond for a branch, a box with double sides for a module, a rounded one for the end of the flow, else a plain one. */
function shapeOf(step: Step): string {
  const text = quoted(...linesOf(step));
  if (step.isBranching) return `{${text}}`;
  if (step.return !== undefined && !step.isStream) return `([${text}])`;
  return step.work?.kind === 'use' ? `[[${text}]]` : `[${text}]`;
}

function linesOf({ document, isBranching, isStream, work, retry }: Step): readonly string[] {
  const lines = [document.id?.text ?? document.label].filter((name) => name !== undefined);
  if (document.assert !== undefined) {
    lines.push(`${isBranching ? '' : 'if '}${sourceText(document.assert)}${isBranching ? '?' : ''}`);
  }
  if (isStream) lines.push(`stream ${document.use?.text ?? ''}`);
  else if (document.return !== undefined) lines.push('return');
  else if (work?.kind === 'use') lines.push(`use ${work.name}`);
  else if (work?.kind === 'parallel') lines.push('parallel');
  else if (document.forEach !== undefined) lines.push(`for each of ${sourceText(document.forEach.in)}`);
  else if (document.isLog) lines.push('log');
  else if (document.payload !== undefined && !isBranching) lines.push('payload');
  if (retry !== undefined && retry.count > 0) lines.push(`up to ${retry.count} more tries`);
  return lines.length === 0 ? [document.path] : lines;
}

const ARROWS: Readonly<Record<Edge['when'], string>> = {
  always: '-->',
  true: '-->|yes|',
  false: '-->|no|',
  error: '-.->|error|',
};

function edgeLine({ from, to, when }: Edge): readonly string[] {
  // A body that is done leads back to the step it belongs to, which is drawn around it already.
  if (to === 'done') return [];
  const target = to === 'end' ? 'finish' : to === 'failed' ? 'failed' : nodeOf(to);
  return [`  ${nodeOf(from)} ${ARROWS[when]} ${target}`];
}

function entryLines({ owner, start, bodies }: Body): readonly string[] {
  const entry = start === undefined ? [] : [`  ${nodeOf(owner)} ==> ${nodeOf(start)}`];
  return [...entry, ...bodies.flatMap(entryLines)];
}

function quoted(...lines: readonly string[]): string {
  return `"${lines.map(escaped).join('<br>')}"`;
}

/** Mermaid writes characters that mean something to it by their code. */
function escaped(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  const short = line.length > MAX_TEXT_LENGTH ? `${line.slice(0, MAX_TEXT_LENGTH - 1)}…` : line;
  return visibleLine(short).replace(/[#"<>&`\\;]/g, (character) => `#${character.charCodeAt(0)};`);
}
