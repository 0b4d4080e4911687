import { visibleBlock, visibleJson, visibleLine } from '../../visible-text.js';
import { LOG_LEVELS, passes, type LogLevel } from '../../wire/log-record.js';
import type { LogLine } from './log-line.js';

/** Where log lines go. A line for which it throws, or returns a promise that rejects, is lost and counted. */
export type LogSink = (line: LogLine) => void;

/** Reads a level from text such as the `PHLOW_LOG` variable; anything unknown means `info`. */
export function levelFrom(text: string | undefined): LogLevel | 'off' {
  const wanted = text?.trim().toLowerCase();
  if (wanted === 'off' || wanted === 'none') return 'off';
  return LOG_LEVELS.find((level) => level === wanted) ?? 'info';
}

/** Keeps lines below `from` away from `sink`. */
export function filtered(sink: LogSink, from: LogLevel | 'off'): LogSink {
  return (line) => {
    if (passes(line.level, from)) sink(line);
  };
}

/** One JSON object: level, time (ISO 8601), module, message, fields. JSON leaves some characters that draw, reorder or hide text as they are: they are escaped too. */
export function jsonLine(line: LogLine): string {
  const { level, module, message } = line;
  const record = { level, time: isoTime(line.time), module, message };
  return visibleJson(`${JSON.stringify(record).slice(0, -1)}${fieldsText(line, ',"fields":')}}`);
}

const COLOURS: Readonly<Record<LogLevel, string>> = {
  trace: '90',
  debug: '36',
  info: '32',
  warn: '33',
  error: '31',
};

/**
 * One line for a person; hidden characters of the message are shown so that a module cannot draw on the terminal. Further lines are marked: a
 * module must not be able to write what looks like a line of somebody else's.
 */
export function prettyLine(line: LogLine): string {
  const level = `\u001b[${COLOURS[line.level]}m${line.level.toUpperCase().padEnd(5)}\u001b[0m`;
  return `${isoTime(line.time).slice(11, 23)} ${level} ${visibleLine(line.module)}: ${visibleBlock(line.message + fieldsText(line, ' '), '    | ')}`;
}

function fieldsText(line: LogLine, before: string): string {
  if (line.fields === undefined) return '';
  try {
    return (
      before +
      JSON.stringify(line.fields, (_, value: unknown) =>
        typeof value === 'bigint' ? value.toString() : value,
      )
    );
  } catch {
    // Fields of a module may be cyclic: the line is worth more than they are.
    return `${before}"(fields cannot be written)"`;
  }
}

function isoTime(time: number): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? new Date(0).toISOString() : date.toISOString();
}
