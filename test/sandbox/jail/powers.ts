/**
 * What code of the outer realm of a guest's process would do if the compartment had fallen and it held all of Node: each is the body of an async
 * function that has `require`, `process` and `plan`, and answers with what it got or throws.
 */
export const POWERS = {
  'read a file': `return fs.readFileSync(plan.secretPath, 'utf8');`,
  'list folders': `return fs.readdirSync(plan.folder).join();`,
  'write a file': `fs.writeFileSync(plan.planted, 'x'); return 'written';`,
  'read the environment of another process': `return fs.readFileSync('/proc/' + plan.otherPid + '/environ', 'utf8').includes(plan.secret) ? plan.secret : fail();`,
  'read the memory of another module': `fs.closeSync(fs.openSync('/proc/' + plan.otherPid + '/mem', 'r')); return 'opened';`,
  'read what the kernel tells of processes': `return fs.readFileSync('/proc/self/maps', 'utf8').length > 0 ? 'read' : fail();`,
  'see other processes': `process.kill(plan.otherPid, 0); return 'seen';`,
  'signal the host': `process.kill(plan.hostPid, 'SIGWINCH'); return 'sent';`,
  'slow the host down': `os.setPriority(plan.hostPid, os.getPriority(plan.hostPid)); return 'set';`,
  'start a program': `return String(child.execFileSync('/bin/echo', ['ran']));`,
  'start another Node': `return String(child.execFileSync(process.execPath, ['-p', '1']));`,
  'connect to the machine': `return await connected({ port: plan.port, host: '127.0.0.1' });`,
  'connect to a local socket': `return await connected({ path: plan.socketPath });`,
  'connect to an abstract socket': `return await connected({ path: plan.abstractPath });`,
  'send a datagram': `return await sent();`,
  'take connections': `return await listening();`,
  'read the environment': `return process.env.PATH ?? fail();`,
} as const;

export type Power = keyof typeof POWERS;

/** What a program in the place of the boot code does: tries all powers, writes what each came to on standard output. */
export function powersCode(plan: object): string {
  const powers = Object.entries(POWERS).map(
    ([name, body]) => `${JSON.stringify(name)}: async () => { ${body} }`,
  );
  return `
    const plan = ${JSON.stringify(plan)};
    // As the boot code does first of all: opening the channel counts as use of the network.
    process.permission?.drop?.('net');
    const [fs, os, net, dgram, child] = ['fs', 'os', 'net', 'dgram', 'child_process'].map((name) => require('node:' + name));
    const fail = () => { throw new Error('nothing'); };
    let lost = () => undefined;
    // Some refusals of Node come as errors that nobody is there to catch.
    process.on('uncaughtException', (error) => lost(error));
    const once = (start) => new Promise((resolve, reject) => { lost = reject; setTimeout(reject, 3_000, new Error('no answer')).unref(); start(resolve, reject); });
    const connected = (to) => once((resolve, reject) => net.connect(to).on('connect', () => resolve('connected')).on('error', reject));
    const listening = () => once((resolve, reject) => net.createServer().on('error', reject).listen(0, '127.0.0.1', () => resolve('listening')));
    const sent = () => once((resolve, reject) => {
      const socket = dgram.createSocket('udp4').on('error', reject);
      socket.send('x', plan.port, '127.0.0.1', (error) => (error ? reject(error) : resolve('sent')));
    });
    const powers = { ${powers.join(',\n')} };
    (async () => {
      const found = {};
      for (const [name, use] of Object.entries(powers)) {
        try { found[name] = String(await use()); } catch (error) { found[name] = 'denied: ' + (error.code ?? error.message); }
      }
      fs.writeSync(1, JSON.stringify(found));
      process.exit();
    })();`;
}
