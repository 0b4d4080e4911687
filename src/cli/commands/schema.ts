import { defineCommand } from '../command.js';
import { EXIT } from '../exit-code.js';
import { library } from '../library.js';

/** Prints the JSON Schema of flow files. */
export const schema = defineCommand({
  name: 'schema',
  parameters: '',
  summary: 'print the JSON Schema of flows, for editors',
  details: [
    'Editors that know YAML complete and check flows with it. For the YAML language server:',
    '  phlow schema > flow.schema.json',
    '  # yaml-language-server: $schema=./flow.schema.json    as the first line of a flow',
  ].join('\n'),
  positionals: { least: 0, most: 0 },
  options: {},
  async run(_, { print }) {
    const { flowSchemaText } = await library();
    print.result(flowSchemaText().trimEnd());
    return EXIT.ok;
  },
});
