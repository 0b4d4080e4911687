import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { IsolationLevel } from '../../src/index.js';
import type { Attack } from './attack.js';
import { openCanaries, type Canaries } from './canaries.js';
import { makeSecrets, STATIC_SECRET, type Secrets } from './evidence.js';

/** Everything around one attack: its module, a victim, planted secrets, canaries, and a marker that nobody may write. */
export interface Arena {
  readonly folder: string;
  readonly secrets: Secrets;
  readonly canaries: Canaries;
  readonly marker: string;
  readonly job: HostJob;
  close(): Promise<void>;
}

/** What the host process under attack is told. */
export interface HostJob {
  readonly level: IsolationLevel;
  readonly attackFolder: string;
  /** The same module with its import expressions hidden from a bundler. */
  readonly evasiveFolder: string;
  readonly victimFolder: string;
  readonly grant: unknown;
  readonly victimSecret: string;
  readonly heapSecret: string;
  readonly descriptorPath: string;
  /** The input of the attack's package: where everything is that it is after. */
  readonly targets: Readonly<Record<string, unknown>>;
  readonly options: Attack['options'];
}

/** Builds the surroundings of one attack in a folder of its own. */
export async function openArena(attack: Attack, level: IsolationLevel): Promise<Arena> {
  const folder = mkdtempSync(join(tmpdir(), 'phlow-attack-'));
  const at = (name: string): string => join(folder, name);
  const secrets = makeSecrets();
  const canaries = await openCanaries(folder);
  const marker = at('marker');
  for (const name of ['attack', 'evasive', 'victim', 'data', 'empty']) mkdirSync(at(name));
  writeFileSync(at('secret.txt'), secrets.file);
  writeFileSync(at('secret.json'), JSON.stringify({ secret: secrets.json }));
  writeFileSync(at('secret.env'), `FILE_SECRET=${secrets.envFile}\n`);
  writeFileSync(at('static.json'), JSON.stringify({ secret: STATIC_SECRET }));
  writeFileSync(at('descriptor'), secrets.descriptor);
  writeFileSync(at('data/ok.txt'), 'an ordinary file');
  // A guarded module is not loaded at all where links lead out of what it is granted: its attacks would be blocked without having run.
  if (level !== 'guarded') {
    symlinkSync(at('secret.txt'), at('data/link'));
    // Out of the granted folder: to the folder above it, and to a file that is not there until somebody writes through the link.
    symlinkSync(folder, at('data/out'));
    symlinkSync(marker, at('data/hole'));
  }
  writeAttack(attack, folder, 'attack', canaries.okHost);
  writeAttack(attack, folder, 'evasive', canaries.okHost);
  writeVictim(folder);
  for (const [path, plant] of Object.entries(attack.options.plants ?? {})) put(at(path), plant);
  const host = canaries.okHost;
  return {
    folder,
    secrets,
    canaries,
    marker,
    job: {
      level,
      attackFolder: at('attack'),
      evasiveFolder: at('evasive'),
      victimFolder: at('victim'),
      grant: {
        fs: { read: { './': at('data') }, write: { './': at('data') } },
        net: { connect: [host] },
        ...attack.options.grant,
      },
      victimSecret: secrets.victim,
      heapSecret: secrets.heap,
      descriptorPath: at('descriptor'),
      targets: {
        secretFile: at('secret.txt'),
        secretJson: at('secret.json'),
        secretEnvFile: at('secret.env'),
        secretDir: folder,
        dataDir: at('data'),
        linkFile: at('data/link'),
        marker,
        soFile: sharedObject(folder, marker),
        okHost: host,
        tcpPort: canaries.tcpPort,
        udpPort: canaries.udpPort,
        udsPath: canaries.udsPath,
        victimName: 'victim',
        list: [1, 2, 3],
      },
      options: attack.options,
    },
    async close() {
      await canaries.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function writeAttack(attack: Attack, folder: string, name: 'attack' | 'evasive', okHost: string): void {
  const into = join(folder, name);
  const source = dirname(attack.path);
  // What attacks share stands beside them under names with an underscore.
  const shared = readdirSync(source).filter((file) => file.startsWith('_'));
  for (const file of [...shared, basename(attack.path)]) {
    const text = readFileSync(join(source, file), 'utf8')
      // It may hold a planted secret, which the code frame of an error would show.
      .replace(/^\/\/ options: .*$/m, '//')
      .replaceAll('@SECRET_FILE@', join(folder, 'static.json'));
    writeFileSync(join(into, file), name === 'attack' ? text : text.replace(/\bimport\(/g, HIDDEN_IMPORT));
  }
  writeFileSync(join(into, 'index.mjs'), ENTRY.replaceAll('@ATTACK@', `./${basename(attack.path)}`));
  writeFileSync(
    join(into, 'phlow.yaml'),
    `name: attack\ndescription: ${attack.name}\nversion: 1.0.0\nentry: index.mjs\npermissions:\n  fs:\n    read: ["./"]\n    write: ["./"]\n  net:\n    connect: ["${okHost}"]\n`,
  );
  for (const [file, text] of Object.entries(attack.options.files ?? {})) {
    mkdirSync(dirname(join(into, file)), { recursive: true });
    writeFileSync(join(into, file), text);
  }
}

/** Puts something in place that is no ordinary file. */
function put(path: string, plant: string): void {
  const [kind, value = ''] = plant.split(' ');
  mkdirSync(dirname(path), { recursive: true });
  rmSync(path, { force: true });
  if (kind === 'pipe') execFileSync('mkfifo', [path]);
  else if (kind === 'link') symlinkSync(value, path);
  else if (kind === 'sparse') truncateSync(openNew(path), Number(value));
  else {
    mkdirSync(path);
    for (let i = 0; i < Number(value); i++) writeFileSync(join(path, String(i)), '');
  }
}

function openNew(path: string): string {
  writeFileSync(path, '');
  return path;
}

/** Asks for the same at run time that an import expression asks for, in a way that no bundler sees. */
const HIDDEN_IMPORT = `(async (specifier) => (0, eval)('im' + 'port(' + JSON.stringify(specifier) + ')'))(`;

function writeVictim(folder: string): void {
  writeFileSync(join(folder, 'victim/index.mjs'), VICTIM);
  writeFileSync(
    join(folder, 'victim/phlow.yaml'),
    'name: victim\ndescription: An honest neighbour.\nversion: 1.0.0\nentry: index.mjs\n',
  );
}

/** Hands an attack what it expects of a module: its targets, and a context with `log` and `cap(name, ...args)`. */
const ENTRY = `import attack from '@ATTACK@';

export default {
  handler(pkg, context) {
    const cap = async (name, ...args) => {
      const [group, method] = String(name).split('.');
      const target = ['fs', 'net'].includes(group) ? context[group] : undefined;
      if (target === undefined || !Object.hasOwn(target, method)) throw new Error('denied: no such capability');
      return target[method](...args);
    };
    return attack(pkg.input, { log: context.log.info, name: context.name, cap, context, items: pkg.items });
  },
};
`;

const VICTIM = `let secret;

export default (pkg) => {
  secret ??= pkg.input.secret;
  return { answer: pkg.input.n + 1, isWhole: secret === pkg.input.secret };
};
`;

/** A shared object that writes the marker when it is loaded, where there is a compiler to make one. */
function sharedObject(folder: string, marker: string): string {
  const path = join(folder, 'evil.so');
  const source = join(folder, 'evil.c');
  writeFileSync(
    source,
    `#include <stdio.h>\n__attribute__((constructor)) static void run(void) { FILE *f = fopen("${marker}", "w"); if (f) fclose(f); }\n`,
  );
  try {
    if (existsSync('/usr/bin/cc'))
      execFileSync('/usr/bin/cc', ['-shared', '-fPIC', '-o', path, source], { stdio: 'ignore' });
  } catch {
    // Without a compiler that works the attack finds no file, and fails for that reason.
  }
  return path;
}
