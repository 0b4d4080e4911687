import { messageOf } from '../../../src/errors.js';
import { isNativelyLinear } from '../../../src/manifest/native-pattern.js';
import { GuestFiles } from './guest-files.js';
import { interpretedSchema } from './interpreted-schema.js';
import type { Platform } from './platform.js';
import { invalid } from './setting-values.js';

const FILES = new GuestFiles();

/** What a compartment has: a socket and files of the host's, and nothing that makes code. */
export const GUEST_PLATFORM: Platform = {
  authorizationMode: undefined,
  listen: (options, handler, context) => context.net.listen(options, handler),
  readDocument: (path) =>
    Promise.reject(
      invalid(
        `openapi_spec cannot be read: ${path}: there are no files at this level; write the document itself there, or load http_server as trusted`,
      ),
    ),
  folderFault: async (folder, { fs }) => {
    try {
      const { kind } = await fs.stat(folder.replace(/(?<=.)\/+$/, ''));
      return kind === 'folder' ? undefined : 'it is no folder';
    } catch (error) {
      return `${messageOf(error)}; at this level it has to be granted: grant: { fs: { read: [${JSON.stringify(folder)}] } }`;
    }
  },
  openFile: (...given) => FILES.open(...given),
  pattern: patternOf,
  compile: (schema, subject, document) => interpretedSchema(schema, subject, patternOf, document),
};

function patternOf(source: string): { test(text: string): boolean } {
  if (isNativelyLinear(source)) return new RegExp(source, 'u');
  throw invalid(`a pattern could take for ever, and is matched safely only at level trusted: ${source}`);
}
