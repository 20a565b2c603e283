// Runs commands of the built CLI, one after the other, in one process: each from its first line until nothing is left to wait for,
// which is when a process of its own would end. What hookline is made of is loaded once.
import http from 'node:http';

const DISPATCHER = Symbol.for('undici.globalDispatcher.1');
const emitters = [process, process.stdout, process.stderr];

/** What listens before any command ran; whatever else does later was left behind by one. */
const ours = emitters.map(
  emitter => new Map(emitter.eventNames().map(name => [name, emitter.listeners(name)])),
);

function forget() {
  for (const [index, emitter] of emitters.entries())
    for (const name of emitter.eventNames())
      for (const listener of emitter.rawListeners(name))
        if (!ours[index].get(name)?.includes(listener)) emitter.removeListener(name, listener);
  // A process of its own has no connection yet.
  http.globalAgent.destroy();
  const dispatcher = globalThis[DISPATCHER];
  if (dispatcher === undefined) return;
  void dispatcher.destroy();
  globalThis[DISPATCHER] = new dispatcher.constructor();
}

/** The exit code of a process whose first script waits for something that never comes. */
const NEVER_SETTLED = 13;
let count = 0;

async function run({ main, args, env }) {
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, env);
  process.argv = [process.execPath, main, ...args];
  process.exitCode = undefined;
  let settled = false;
  const loaded = import(`file://${main}?${count++}`).then(() => {
    settled = true;
  });
  // Only the command keeps the process now: the event comes when it has nothing left to do.
  process.channel.unref();
  await Promise.race([new Promise(resolve => process.once('beforeExit', resolve)), failure(loaded)]);
  process.channel.ref();
  forget();
  return settled ? (process.exitCode ?? 0) : NEVER_SETTLED;
}

/** Never settles but with an error, which ends this process as it would end that of the command. */
const failure = loaded => new Promise((_, reject) => loaded.catch(reject));

process.on('message', async command => {
  const code = await run(command);
  // Both are pipes, which are written to at once: whoever has read this far has read all.
  process.stdout.write(command.mark);
  process.stderr.write(command.mark);
  process.send({ code });
});
process.on('disconnect', () => process.exit());
ours[0].set('message', process.listeners('message')).set('disconnect', process.listeners('disconnect'));
