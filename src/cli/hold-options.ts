import type { LoadOptions } from '../index.js';
import type { OptionSpecs } from './args.js';
import { jsonArgument } from './json-argument.js';

/** How the module of a command is held. */
export const MODULE_HOLD_OPTIONS = {
  isolation: { kind: 'text', value: 'LEVEL', help: 'the level that the module runs at' },
  grant: { kind: 'text', value: 'JSON', help: 'what the module may do of what its phlow.yaml asks for' },
} as const satisfies OptionSpecs;

/** How the flow of a command is held that came with a package. */
export const FLOW_HOLD_OPTIONS = {
  isolation: { kind: 'text', value: 'LEVEL', help: 'for a flow of a package: the level that it runs at' },
  grant: {
    kind: 'text',
    value: 'JSON',
    help: 'for a flow of a package: what the modules that it uses may do, as {"inside": {NAME: {...}}}',
  },
} as const satisfies OptionSpecs;

/** The options of a command for how its flow or module is isolated, still as text. */
export interface HoldRequest {
  readonly isolation?: string | undefined;
  readonly grant?: string | undefined;
}

/** The same as options of the library. */
export type Hold = Pick<LoadOptions, 'isolation' | 'grant'>;

/** Reads what was said; the library reads the level and the grant. Throws PHLOW_USAGE for a grant that is no JSON. */
export function heldBy({ isolation, grant }: HoldRequest): Hold {
  return {
    // Read by those who know the levels.
    ...(isolation === undefined ? {} : { isolation: isolation as LoadOptions['isolation'] & string }),
    ...(grant === undefined ? {} : { grant: jsonArgument('--grant', grant) }),
  };
}
