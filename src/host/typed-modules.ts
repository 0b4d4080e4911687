import type { Value } from '../values.js';
import type { BuiltInTypes } from './built-in-types.js';
import type { CallOptions, LoadOptions } from './module-types.js';

/**
 * The types of modules, by the name or the path that they are loaded by. Those that ship with phlow are here; the file that `phlow types` writes adds the
 * others (`declare module 'phlow'`).
 */
// An interface, so that it can be added to.
// eslint-disable-next-line @typescript-eslint/no-empty-object-type
export interface ModuleTypes extends BuiltInTypes {}

/** What is not declared: any settings, any input, values as replies. */
interface UndeclaredTypes {
  readonly settings: unknown;
  readonly input: unknown;
  readonly output: Value;
  readonly events: Readonly<Record<string, Value>>;
}

type TypesOf<Name extends string> = Name extends keyof ModuleTypes ? ModuleTypes[Name] : UndeclaredTypes;

/** What a module may be loaded `with`. */
export type SettingsOf<Name extends string> = TypesOf<Name>['settings'];

/** What callers send to a module. */
export type InputOf<Name extends string> = TypesOf<Name>['input'];

/** What a module replies. */
export type OutputOf<Name extends string> = TypesOf<Name>['output'];

/** A module that declares none has none in its types. */
type EventsOf<Name extends string> = TypesOf<Name> extends { readonly events: infer Events } ? Events : never;

/** The types of the events that a module emits. */
export type EventOf<Name extends string> = [EventsOf<Name>] extends [never]
  ? never
  : keyof EventsOf<Name> & string;

/** The data of one of them. */
export type EventDataOf<Name extends string, Type extends EventOf<Name>> = EventsOf<Name>[Type &
  keyof EventsOf<Name>];

/** A name that is known to have types, or any other text. */
export type ModuleName = keyof ModuleTypes | (string & {});

/** The options of a load: they may be left out where there is a default for every setting. */
export type LoadArguments<Name extends string> =
  Record<string, never> extends SettingsOf<Name>
    ? [options?: LoadOptions<Name>]
    : [options: LoadOptions<Name> & { readonly with: SettingsOf<Name> }];

/** Input and options of a call: the input may be left out where the module takes packages without one. */
export type CallArguments<Name extends string, Options = CallOptions> =
  undefined extends InputOf<Name>
    ? [input?: InputOf<Name>, options?: Options]
    : [input: InputOf<Name>, options?: Options];

declare const declared: unique symbol;

/** Stands for the reply that is declared for a module, where a caller names no other. */
export interface Declared {
  readonly [declared]: never;
}

/** The reply that a caller expects: the one that it names, which nothing checks, or what is declared. */
export type ReplyOf<Reply, Name extends string> = NamedOr<Reply, OutputOf<Name>>;

/** An item of the stream that a caller reads: what it names, or what is declared. A stream that nobody reads so is replied as one array. */
export type ItemOf<Item, Name extends string> = NamedOr<Item, ItemIn<OutputOf<Name>>>;

type ItemIn<Output> = Output extends readonly (infer Item)[] ? Item : Exclude<Output, undefined>;

type NamedOr<Named, Otherwise> = 0 extends 1 & Named
  ? // `any`, which is everything and so would be `Declared` too.
    AsNamed<Named>
  : [Declared, Named] extends [Named, Declared]
    ? Otherwise
    : AsNamed<Named>;

/** The type itself, but none that is guessed from where the reply goes. */
type AsNamed<T> = [T][T extends unknown ? 0 : never];
