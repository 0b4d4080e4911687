/** `phlow`: embed the host in a Node application. */
export { PhlowError, isPhlowError, type PhlowErrorCode } from './errors.js';
export type { SourcePlace } from './code-frame.js';
export type { Value, ValueMap } from './values.js';
export { createHost, type Host, type HostOptions } from './host/host.js';
export type { CallOptions, LoadOptions, Module } from './host/module.js';
export { builtInNames } from './host/resolve.js';
export type { LogLine } from './host/log-line.js';
export type { LogSink } from './host/log-sink.js';
export type { Manifest } from './manifest/manifest.js';
