/**
 * `phlow/sdk`: what the author of a module writes against. No dependencies.
 *
 * @module phlow/sdk
 */
export type {
  Clock,
  Context,
  DispatchOptions,
  RunStream,
  EventArguments,
  EventMap,
  FlowDescription,
  Log,
  MainContext,
  Package,
  RunDescription,
  StartContext,
} from './context.js';
export {
  createMain,
  createStep,
  type Handler,
  type MainDefinition,
  type StepDefinition,
  type Validators,
} from './module.js';
export type { StandardIssue, StandardResult, StandardSchema } from './standard-schema.js';
export type { LogLevel } from '../wire/log-record.js';
export { transfer, type Transfer } from './transfer.js';
export type {
  HttpListener,
  HttpRequest,
  HttpResponse,
  ListenFigures,
  ListenLimits,
  ListenOptions,
  RequestHandler,
  RequestHead,
  ResponseBody,
} from './http.js';
export type { Violation } from './violation.js';
export type { Value, ValueMap } from '../values.js';
export type {
  CommandLine,
  CommandLineView,
  FetchedResponse,
  FileDetails,
  FileEntry,
  Files,
  Network,
  OpenedResponse,
  OtherModule,
  Capabilities,
  RequestOptions,
  ResponseHead,
  StyledText,
  TreeEntry,
} from './capabilities.js';
