import { STEP_KEYS } from '../flow/document/step-keys.js';
import { isBuiltIn } from '../manifest/built-in-modules.js';
import { MODULE_NAME } from '../manifest/meta-schema.js';

/** What YAML readers take for something else than text. */
const YAML_WORD = /^(?:null|true|false|yes|no|on|off|y|n)$/i;

/** Why a new module should not have a name, as the end of a sentence; undefined for one by which manifests, flows and applications can use it. */
export function moduleNameProblem(name: string): string | undefined {
  if (!new RegExp(MODULE_NAME).test(name))
    return 'a name begins with a letter or "_" and has up to 64 letters, digits, "_" and "-"';
  if (YAML_WORD.test(name)) return 'YAML reads that as a value, not as text';
  if (STEP_KEYS.has(name)) return 'it is a key of the steps of flows, which could not call the module';
  if (isBuiltIn(name)) return 'a module that ships with phlow has that name';
  return undefined;
}
