import { pathArgument } from '../args.js';
import { defineCommand } from '../command.js';
import { EXIT } from '../exit-code.js';
import { library } from '../library.js';

/** Prints a flow as a picture. */
export const graph = defineCommand({
  name: 'graph',
  parameters: 'FILE',
  summary: 'print a flow as a Mermaid flowchart',
  details: 'GitHub, GitLab and many editors understand Mermaid. Nothing is started.',
  positionals: { least: 1, most: 1 },
  options: {},
  async run({ positionals }, { print }) {
    const { graphFlow } = await library();
    print.result((await graphFlow(pathArgument(positionals[0] ?? '.'))).trimEnd());
    return EXIT.ok;
  },
});
