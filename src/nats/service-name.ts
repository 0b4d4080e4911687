import { PhlowError } from '../errors.js';
import { visibleLine } from '../visible-text.js';

/** Begins the name of a module that other hosts serve. */
const SCHEME = 'nats:';

/** Subjects are made of tokens between dots, some characters of which mean something; the convention of NATS services allows these. */
const SERVICE_NAME = /^[\w-]{1,64}$/;

/** True for what names a module that other hosts serve. */
export function isRemote(module: string): boolean {
  return module.startsWith(SCHEME);
}

/** The service that the name of a remote module stands for. Throws PHLOW_OPTION_INVALID. */
export function serviceOf(module: string): string {
  return serviceName(nameOfRemote(module), `load module "${visibleLine(module)}"`);
}

/** What a remote module is called where nobody gives it another name. */
export function nameOfRemote(module: string): string {
  return module.slice(SCHEME.length);
}

/** The name, if it is one that a service may have. Throws PHLOW_OPTION_INVALID. */
export function serviceName(name: string, attempt: string): string {
  if (SERVICE_NAME.test(name)) return name;
  const message = `Cannot ${attempt}: "${visibleLine(name)}" is no name of a service; it has 1 to 64 letters, digits, "_" and "-"`;
  throw new PhlowError('PHLOW_OPTION_INVALID', message, { details: { service: name } });
}
