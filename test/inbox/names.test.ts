// Who is called what: names that were given, those of the environment, of agents and of rules; and who is meant by an address.
import { expect, it } from 'vitest';
import { type NamedSession, SessionNames, type SessionNamesOptions } from '../../src/inbox/index.ts';
import { matchesFolder, queueNameOf } from '../../src/inbox/names/address.ts';

interface Lab {
  names: SessionNames;
  readonly living: NamedSession[];
  saved: string | undefined;
  restart(): void;
}

function makeLab(options: Partial<SessionNamesOptions> = {}): Lab {
  const open = (): SessionNames =>
    new SessionNames({
      living: () => lab.living,
      shelf: {
        saved: lab.saved,
        save: async text => {
          lab.saved = text;
        },
      },
      ...options,
    });
  const lab: Lab = {
    living: [],
    saved: undefined,
    names: undefined as unknown as SessionNames,
    restart() {
      lab.names = open();
    },
  };
  lab.restart();
  return lab;
}

const settle = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

it('a name that was given leads to its session, through a restart, and waits for it while it is away', async () => {
  const lab = makeLab();
  lab.living.push({ sessionId: 's1' }, { sessionId: 's2' });
  expect(await lab.names.bind('backend', { sessionId: 's1' })).toEqual({
    ...{ name: 'backend', sessionId: 's1', live: true, groups: [], by: 'given' },
  });
  expect([lab.names.sessionOf('backend'), lab.names.nameOf('s1'), lab.names.nameOf('s2')]).toEqual([
    ...['s1', 'backend', undefined],
  ]);
  lab.restart();
  expect(lab.names.sessionOf('backend')).toBe('s1');
  lab.living.shift();
  expect([lab.names.sessionOf('backend'), lab.names.resolve('backend', 'cli')]).toEqual([
    undefined,
    ['backend'],
  ]);
  expect(lab.names.stateOf('backend')).toMatchObject({ sessionId: 's1', live: false, by: 'given' });
  lab.living.push({ sessionId: 's1' });
  expect(lab.names.sessionOf('backend')).toBe('s1');
  expect([await lab.names.remove('backend'), await lab.names.remove('backend')]).toEqual([true, false]);
  lab.restart();
  expect(lab.names.list()).toEqual([]);
});

it('it goes on with the process when its session is cleared, also while no daemon looks, and with no other process', async () => {
  const lab = makeLab();
  const process = { pid: 7, procStart: '100' };
  lab.living.push({ sessionId: 's1', ...process });
  await lab.names.bind('backend', { sessionId: 's1' });
  lab.living.splice(0, 1, { sessionId: 's2', ...process });
  lab.names.follow();
  expect(lab.names.sessionOf('backend')).toBe('s2');
  // Its pid belongs to another one now.
  lab.living.splice(0, 1, { sessionId: 's3', pid: 7, procStart: '200' });
  lab.names.follow();
  expect(lab.names.sessionOf('backend')).toBeUndefined();
  lab.restart();
  lab.living.splice(0, 1, { sessionId: 's4', ...process });
  lab.names.follow();
  expect(lab.names.sessionOf('backend')).toBe('s4');
  // Resumed in another process, which is cleared then.
  lab.living.splice(0, 1, { sessionId: 's4', pid: 8, procStart: '300' });
  lab.names.follow();
  lab.living.splice(0, 1, { sessionId: 's5', pid: 8, procStart: '300' });
  lab.names.follow();
  await settle();
  lab.restart();
  expect(lab.names.sessionOf('backend')).toBe('s5');
});

it('one session that lives has a name; another gets it on purpose only', async () => {
  const lab = makeLab();
  lab.living.push({ sessionId: 's1', name: 'backend' }, { sessionId: 's2' });
  await expect(lab.names.bind('backend', { sessionId: 's2' })).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('--take'),
  });
  await lab.names.bind('backend', { sessionId: 's2', take: true });
  expect(lab.names.sessionOf('backend')).toBe('s2');
  await expect(lab.names.bind('backend', { sessionId: 'gone' })).rejects.toMatchObject({ code: 'not_found' });
  await expect(lab.names.bind('no name', { sessionId: 's1' })).rejects.toMatchObject({
    code: 'invalid_message',
    message: expect.stringContaining('"no name" is no name'),
  });
  // What the agent calls it is a name still, once the other one is gone.
  lab.living.pop();
  expect(lab.names.sessionOf('backend')).toBe('s1');
});

it('goes by what was given first, then the environment, then the agent, then the rules', async () => {
  const lab = makeLab({
    nameInEnv: pid => (pid === 2 ? 'api' : undefined),
    rules: [{ project: '**/shop/*', name: 'api' }],
  });
  lab.living.push({ sessionId: 'ruled', project: '/home/dev/shop/api' });
  const holder = (): unknown[] => [lab.names.sessionOf('api'), lab.names.stateOf('api').by];
  expect(holder()).toEqual(['ruled', 'rule']);
  lab.living.push({ sessionId: 'called', name: 'api' });
  expect(holder()).toEqual(['called', 'agent']);
  lab.living.push({ sessionId: 'told', pid: 2 });
  expect(holder()).toEqual(['told', 'environment']);
  lab.living.push({ sessionId: 'given' });
  await lab.names.bind('api', { sessionId: 'given', take: true });
  expect(holder()).toEqual(['given', 'given']);
  expect(lab.names.nameOf('told')).toBeUndefined();
});

it('of two sessions that their agent calls the same neither is meant', () => {
  const lab = makeLab();
  lab.living.push({ sessionId: 's1', name: 'twin' }, { sessionId: 's2', name: 'twin' });
  expect(lab.names.sessionOf('twin')).toBeUndefined();
  expect(() => lab.names.resolve('twin', 'cli')).toThrow(
    '2 sessions are called twin; send it to the id of one: s1, s2',
  );
  expect(lab.names.resolve('s1', 'cli')).toEqual(['s1']);
});

it('an address may mean several: a group, a project, everybody but who sends', async () => {
  const lab = makeLab();
  lab.living.push(
    { sessionId: 's1', name: 'backend', project: '/home/dev/shop/api' },
    { sessionId: 's2', project: '/home/dev/shop/web' },
    { sessionId: 's3', name: 'notes', project: '/home/dev/notes' },
  );
  await lab.names.bind('backend', { groups: ['web', 'all', 'web'] });
  await lab.names.bind('later', { groups: ['web'] });
  const to = (address: string, from = 'cli'): readonly string[] => lab.names.resolve(address, from);
  expect(to('group:web')).toEqual(['backend', 'later']);
  expect(to('project:/home/dev/shop/*')).toEqual(['backend', 's2']);
  expect(to('project:notes')).toEqual(['notes']);
  expect(to('*')).toEqual(['backend', 's2', 'notes']);
  expect(to('*', 'backend')).toEqual(['s2', 'notes']);
  expect(to('*', 's2')).toEqual(['backend', 'notes']);
  for (const nobody of [
    'group:none',
    'group:',
    'project:none',
    'project:',
    'room:',
    'room:a b',
    'room:.hidden',
    `room:${'r'.repeat(65)}`,
    'n@broker',
    'mqtt:a/b@c',
    'a b',
  ])
    expect(() => to(nobody), nobody).toThrow(expect.objectContaining({ code: 'not_found' }));
  await lab.names.bind('later', { groups: [] });
  lab.restart();
  expect([to('group:web'), lab.names.stateOf('backend').groups]).toEqual([['backend'], ['all', 'web']]);
  expect(lab.names.list().map(({ name }) => name)).toEqual(['backend', 'notes']);
});

it('a room is itself, whatever a session calls itself', () => {
  const lab = makeLab();
  lab.living.push({ sessionId: 's1', name: 'room:web' }, { sessionId: 'room:api', name: 'api' });
  for (const room of ['room:web', 'room:api', 'room:8dd92b6f-83dd-4922-a1da-0a95c2d86d5a']) {
    expect(lab.names.resolve(room, 'cli')).toEqual([room]);
    expect([lab.names.sessionOf(room), lab.names.nameOf(room)]).toEqual([undefined, undefined]);
    expect(lab.names.isLive(room)).toBe(false);
  }
  expect(lab.names.resolve('*', 'room:web')).toEqual(['s1']);
  expect(lab.names.sessionOf('api')).toBeUndefined();
});

it('two names that would be one at a broker are refused', async () => {
  const lab = makeLab();
  lab.living.push({ sessionId: 's1', name: 'back-end' });
  for (const name of ['backEnd', 'back_end', 'back-End']) {
    expect(() => lab.names.resolve(name, 'cli')).toThrow(
      `${name} is too like back-end: at brokers both are backEnd`,
    );
    await expect(lab.names.bind(name, { groups: ['g'] })).rejects.toMatchObject({ code: 'conflict' });
  }
  expect(lab.names.resolve('back-end', 'cli')).toEqual(['back-end']);
  expect(lab.names.resolve('backend', 'cli')).toEqual(['backend']);
});

it('a name that messages wait for lives before any session, and nothing too like it beside it', () => {
  const inUse = ['back-end', 'old_one', 'oldOne', 'back@team'];
  const { names } = makeLab({ inUse: () => inUse });
  expect(() => names.resolve('backEnd', 'cli')).toThrow('backEnd is too like back-end');
  // Both are there by now, and each must be reachable; what is at a broker is no name of here.
  for (const name of ['back-end', 'old_one', 'oldOne', 'backteam'])
    expect(names.resolve(name, 'cli')).toEqual([name]);
});

it('who is meant at a broker, where names too alike are one, is who lives, then who has it, then whom messages wait for', async () => {
  const lab = makeLab({ inUse: () => ['back_end', 'waiting-one'] });
  expect(['backEnd', 'waitingOne', 'somebody'].map(name => lab.names.calledLike(name))).toEqual([
    ...['back_end', 'waiting-one', 'somebody'],
  ]);
  lab.living.push({ sessionId: 's1', name: 'back-end' });
  expect(['backEnd', 'back_end', 'back-end'].map(name => lab.names.calledLike(name))).toEqual(
    Array(3).fill('back-end'),
  );
});

it.each([
  ['reviewer', 'reviewer'],
  ['Back-end_2 b', 'backEnd2B'],
  ['a.b', 'ab'],
  ['a-.b', 'ab'],
  [' The Büro ', 'theBro'],
  ['__x', 'x'],
])('%s is the queue %s', (name, queue) => expect(queueNameOf(name)).toBe(queue));

it.each([
  ['/home/dev/shop', 'shop', true],
  ['/home/dev/shop/', 'shop', true],
  ['/home/dev/shop', 'sh?p', true],
  ['/home/dev/shop', 's*', true],
  ['/home/dev/shop', '/home/*/shop', true],
  ['/home/dev/shop', '/home/*', false],
  ['/home/dev/shop', '/home/**', true],
  ['/home/dev/shop', '**/shop', true],
  ['/home/dev/s.op', 's.op', true],
  ['/home/dev/shop', 's.op', false],
  ['/home/dev/(x)[y]+', '(x)[y]+', true],
  ['/home/dev/shop', 'SHOP', false],
  ['', 'shop', false],
])('%s, %s: %s', (folder, glob, fits) => expect(matchesFolder(folder, glob)).toBe(fits));

it('what was saved and is nothing of ours is refused, and not written over', () => {
  for (const saved of ['{"names": 7}', 'not JSON', '{"names": {"a": {"groups": [1]}}}'])
    expect(() => makeLab({ shelf: { saved, save: () => expect.fail('written over') } })).toThrow();
});
