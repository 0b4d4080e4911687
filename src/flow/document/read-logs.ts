import { didYouMean } from '../../nearest.js';
import { textOf } from '../../values.js';
import { valueOf, type FlowNode, type MapNode } from '../node.js';
import type { LogDocument } from './flow-document.js';

const LEVELS: Readonly<Record<string, LogDocument['level']>> = {
  trace: 'trace',
  debug: 'debug',
  warn: 'warn',
  warning: 'warn',
  error: 'error',
};

/** What is to be said of the level in a `log.LEVEL` key: any unknown one means info, also one that is only misspelt. */
export function levelHint(key: string): string {
  const [, level = ''] = key.toLowerCase().split('.');
  return level === 'info' || Object.hasOwn(LEVELS, level)
    ? ''
    : didYouMean(level, [...Object.keys(LEVELS), 'info']);
}

/** True for the module name that the engine serves itself. */
export function isLogUse(name: string): boolean {
  return name === 'log';
}

/** The messages of a step: each `log.LEVEL` key, `log`, and `use: log` with its input (docs/spec/flow.md 11). */
export function readLogs(step: MapNode): readonly LogDocument[] {
  const logs: LogDocument[] = [];
  for (const { key, value } of step.entries.values()) {
    if (key.startsWith('log.')) {
      logs.push({ level: levelOf(key.split('.')[1]), message: messageOf(value) ?? value });
    } else if (key === 'log') {
      logs.push(ofInput(value));
    } else if (key === 'use' && value.kind === 'scalar' && isLogUse(textOf(value.value))) {
      logs.push(ofInput(step.entries.get('input')?.value));
    }
  }
  return logs;
}

/** A mapping says level and message; anything else is the message. */
function ofInput(input: FlowNode | undefined): LogDocument {
  if (input?.kind !== 'map') return { level: 'info', message: input };
  const level = input.entries.get('action') ?? input.entries.get('level');
  // Taken literally: a level that is an expression is no level that anybody knows.
  return {
    level: levelOf(level === undefined ? undefined : textOf(valueOf(level.value))),
    message: messageOf(input),
  };
}

function messageOf(node: FlowNode): FlowNode | undefined {
  return node.kind === 'map' ? node.entries.get('message')?.value : undefined;
}

function levelOf(text: string | undefined): LogDocument['level'] {
  const name = (text ?? '').toLowerCase();
  return Object.hasOwn(LEVELS, name) ? (LEVELS[name] ?? 'info') : 'info';
}
