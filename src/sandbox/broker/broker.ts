import type { HttpRequest, HttpResponse } from '../../sdk/http.js';
import type { Value } from '../../values.js';
import type { CapabilityName } from '../capabilities.js';
import type { AnswerCosts } from './answer.js';
import type { BrokerLimits } from './limits.js';
import type { Terminal } from './terminal.js';

/** Does on the host what one module instance was granted, and nothing else. One broker per instance. */
export interface Broker {
  /**
   * Does one capability. `name` and `args` come from the module as they are: anything may be in them. Rejects with PHLOW_PERMISSION_DENIED
   * (its message is meant for the module's author), PHLOW_CAPABILITY_FAILED when it was allowed and failed, or what the called module failed
   * with. No message names a path or an address that the module does not know already.
   */
  call(
    name: string,
    args: readonly unknown[],
    signal?: AbortSignal,
    propagated?: PropagatedContext,
    handOver?: HandOver,
    costs?: AnswerCosts,
  ): Promise<Value>;
  /** Ends what is under way and refuses what comes after. */
  close(): Promise<void>;
}

/** Hands a request that one of its listeners has taken to the module, with its body where that was read, and resolves with what that answers. */
export type HandOver = (listener: number, request: HttpRequest, body?: Uint8Array) => Promise<HttpResponse>;

/** What a broker needs besides the effective permissions. */
export interface BrokerOptions {
  /** Sends a package to another module. Absent: no module can be called. */
  readonly callModule?: (name: string, input: Value, call: ModuleCall) => Promise<Value>;
  /** Whether the module may send packages to another one; default: what was granted. */
  readonly mayCall?: (name: string) => boolean;
  /**
   * How many modules the packages in flight in this module have already passed through, the largest of them: what counts for a call that the
   * module makes for none of them. The host counts this, never the module. Default 0.
   */
  readonly hops?: () => number;
  readonly limits?: Partial<BrokerLimits>;
  /** The command line that the module may be; absent: there is none. */
  readonly terminal?: Terminal | undefined;
  /** Called for each use, granted or refused; for audit and `phlow learn`. Must not throw. */
  readonly record?: (use: CapabilityUse) => void;
  /** Every address of a name; default: the system's resolver. */
  readonly lookup?: (host: string) => Promise<readonly string[]>;
}

/** What the package that a module is working on hands on to the packages that it sends. The host knows this, never the module. */
export interface PropagatedContext {
  /** What is left of its deadline. */
  readonly timeoutMs?: number | undefined;
  /** The deadline that its caller had asked for. */
  readonly askedMs?: number | undefined;
  /** The W3C trace context of its span. */
  readonly traceparent?: string | undefined;
  /** How many modules it has passed through; undefined when it is not known which package that is. */
  readonly hops?: number | undefined;
}

/** What goes along with a package from module to module. */
export interface ModuleCall extends PropagatedContext {
  /** The instance that sends it. */
  readonly from: string;
  readonly hops: number;
  readonly signal: AbortSignal;
}

/** One use of a capability, as the audit sees it. */
export interface CapabilityUse {
  readonly capability: CapabilityName;
  /** The path, `host:port` or module name. */
  readonly target: string;
  readonly outcome: 'done' | 'denied' | 'failed';
}
