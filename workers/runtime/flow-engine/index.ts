import { createStep, type Context } from '../../../src/sdk/index.js';
import type { ScriptReply, ScriptRequest, ScriptSource } from '../../../src/runtime/remote/protocol.js';
import { ScriptEngine } from './engine.js';

/** The module that runs a flow: its settings are the flow, each package is a run. */
export default createStep<ScriptRequest, ScriptSource, ScriptEngine>({
  start: (context: Context<ScriptSource>) => new ScriptEngine(context),
  handler: ({ input }, context, engine): Promise<ScriptReply> => engine.answer(input, context),
});
