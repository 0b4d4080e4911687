import type { Command } from '../command.js';
import { audit } from './audit.js';
import { bench } from './bench.js';
import { build } from './build.js';
import { cache } from './cache.js';
import { call } from './call.js';
import { check } from './check.js';
import { dev } from './dev.js';
import { docs } from './docs.js';
import { doctor } from './doctor.js';
import { evalCode } from './eval.js';
import { fuzz } from './fuzz.js';
import { graph } from './graph.js';
import { init } from './init.js';
import { install } from './install.js';
import { learn } from './learn.js';
import { lock } from './lock.js';
import { modules } from './modules.js';
import { newModule } from './new.js';
import { outdated } from './outdated.js';
import { pack } from './pack.js';
import { permissions } from './permissions.js';
import { publish } from './publish.js';
import { repl } from './repl.js';
import { run } from './run.js';
import { runs } from './runs.js';
import { schema } from './schema.js';
import { serve } from './serve.js';
import { test } from './test.js';
import { top } from './top.js';
import { types } from './types.js';
import { uninstall } from './uninstall.js';
import { update } from './update.js';

/** Every command, in the order of the help. */
export const COMMANDS: readonly Command[] = [
  run,
  runs,
  top,
  test,
  check,
  graph,
  schema,
  newModule,
  init,
  types,
  build,
  docs,
  fuzz,
  call,
  serve,
  dev,
  bench,
  modules,
  pack,
  publish,
  install,
  uninstall,
  outdated,
  update,
  permissions,
  learn,
  lock,
  audit,
  cache,
  doctor,
  evalCode,
  repl,
];
