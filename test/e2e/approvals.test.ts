// The real client asks, and is answered from outside: every kind of answer closes its dialog, and whoever is at the terminal stays free to.
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findClaude } from '../support/claude/client.ts';
import { runClaude } from '../support/claude/headless.ts';
import { bash, type ToolCall } from '../support/claude/scenarios.ts';
import { hasTmux, openTerminal, type Terminal } from '../support/claude/terminal.ts';
import { createWorld, type World } from '../support/claude/world.ts';
import type { Frame } from '../support/frames.ts';
import { type Daemon, hooklineOk, startDaemon } from '../support/hookline.ts';
import { openStream, type Stream } from '../support/stream.ts';
import { until } from '../support/until.ts';

const claude = await findClaude();

const question: ToolCall = {
  name: 'AskUserQuestion',
  input: {
    questions: [
      {
        question: 'Which one?',
        header: 'Pick',
        multiSelect: false,
        options: [
          { label: 'Red', description: 'r' },
          { label: 'Blue', description: 'b' },
        ],
      },
      {
        question: 'With what?',
        header: 'With',
        multiSelect: true,
        options: [
          { label: 'Salt', description: 's' },
          { label: 'Pepper', description: 'p' },
        ],
      },
    ],
  },
};
const asking = (file: string) => [{ tools: [bash(`touch ${file}`)] }, { text: `Over with ${file}.` }];
const scenarios = {
  allowed: asking('allowed'),
  denied: asking('denied'),
  changed: asking('changed'),
  again: [
    { tools: [bash('touch again')] },
    { tools: [bash('touch again', 'once more')] },
    { text: 'Over with again.' },
  ],
  question: [{ tools: [question] }, { text: 'Over with question.' }],
  plan: [{ tools: [{ name: 'ExitPlanMode', input: { plan: '# The plan' } }] }, { text: 'Over with plan.' }],
  first: [{ tools: [bash('touch first; sleep 8')] }, { text: 'Over with first.' }],
  escaped: asking('escaped'),
  hung: asking('hung'),
  killed: asking('killed'),
  late: asking('late'),
  headless: asking('headless'),
  unheard: asking('unheard'),
};

describe.skipIf(!claude.found || !hasTmux())('requests of the real client', () => {
  let world: World;
  let daemon: Daemon;
  let stream: Stream;
  let terminal: Terminal;
  const terminals: Terminal[] = [];

  const made = (file: string): boolean => fs.existsSync(path.join(world.project, file));

  async function listen(): Promise<void> {
    stream = await openStream(daemon);
    stream.send({ type: 'subscribe', topics: ['permission.*'] });
    await stream.waitFor('the subscription', frame => frame.type === 'subscribed');
  }

  async function open(mode: string): Promise<Terminal> {
    const opened = await openTerminal({ world, args: ['--permission-mode', mode] });
    terminals.push(opened);
    await opened.waitFor(/❯/);
    return opened;
  }

  /** Has the model ask for something, and waits until it is on the screen and can be answered. */
  async function ask(name: string, dialog = /Do you want to proceed/, at = terminal): Promise<string> {
    const told = stream.frames.length;
    await at.submit(`RUN:${name}`);
    const event = await until('it is asked', () =>
      stream.frames.slice(told).find(({ type }) => type === 'permission.requested'),
    );
    await at.waitFor(dialog);
    return String(event.data?.['requestId']);
  }

  async function answer(requestId: string, body: object): Promise<{ status: number; code?: string }> {
    const response = await fetch(`${daemon.url}/api/approvals/${requestId}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${daemon.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const { error } = (await response.json()) as { error?: { code: string } };
    return { status: response.status, ...(error ? { code: error.code } : {}) };
  }

  async function logged(topics: string): Promise<Frame[]> {
    const page = await fetch(`${daemon.url}/api/events?topics=${topics}&limit=1000`, {
      headers: { authorization: `Bearer ${daemon.token}` },
    });
    return ((await page.json()) as { events: Frame[] }).events;
  }

  const end = (requestId: string, timeoutMs?: number): Promise<Frame> =>
    stream.waitFor(
      'its end',
      ({ type, data }) => type === 'permission.resolved' && data?.['requestId'] === requestId,
      timeoutMs,
    );

  beforeAll(async () => {
    if (!claude.found) return;
    world = await createWorld({ bin: claude.bin, scenarios });
    await hooklineOk(world, 'install');
    daemon = await startDaemon(world);
    await listen();
    terminal = await open('default');
  });
  afterAll(async () => {
    stream?.close();
    for (const one of terminals) await one.close();
    await daemon?.stop();
    await world?.close();
  });

  it('allowed: the dialog is there at once, closes by itself, and the tool runs', async () => {
    const requestId = await ask('allowed');
    expect(made('allowed')).toBe(false);
    expect(await answer(requestId, { behavior: 'allow' })).toEqual({ status: 200 });
    await terminal.waitFor(/Over with allowed/);
    expect(made('allowed')).toBe(true);
    expect(await answer(requestId, { behavior: 'deny' })).toEqual({ status: 409, code: 'already_answered' });
  });

  it('denied: the model reads why', async () => {
    const requestId = await ask('denied');
    await answer(requestId, { behavior: 'deny', message: 'Not before the tests ran.' });
    await terminal.waitFor(/Over with denied/);
    expect(made('denied')).toBe(false);
    // As the conversation has it: no hook fires after a refusal.
    await until('what the model read is told', async () =>
      JSON.stringify(await logged('tool.result')).includes('Not before the tests ran.'),
    );
  });

  it('with another input: that one runs', async () => {
    const requestId = await ask('changed');
    await answer(requestId, {
      behavior: 'allow',
      updatedInput: { command: 'touch other', description: 'd' },
    });
    await terminal.waitFor(/Over with changed/);
    expect([made('changed'), made('other')]).toEqual([false, true]);
  });

  it('for the session: the very same is not asked again', async () => {
    const requestId = await ask('again');
    await answer(requestId, { behavior: 'allow', forSession: true });
    await terminal.waitFor(/Over with again/);
    const asked = stream.events().filter(({ data }) => JSON.stringify(data ?? '').includes('touch again'));
    expect(asked.filter(({ type }) => type === 'permission.requested')).toHaveLength(1);
  });

  it('a question: by options, several at once', async () => {
    const requestId = await ask('question', /Which one\?/);
    await answer(requestId, {
      behavior: 'allow',
      answers: { 'Which one?': 'Blue', 'With what?': ['Salt', 'Pepper'] },
    });
    const screen = await terminal.waitFor(/Over with question/);
    expect(screen).toMatch(/Which one\? → Blue/);
    expect(screen).toMatch(/With what\? → Salt, Pepper/);
  });

  it('a plan: accepted with its mode', async () => {
    const planner = await open('plan');
    const requestId = await ask('plan', /exit plan mode/, planner);
    await answer(requestId, { behavior: 'allow', mode: 'acceptEdits' });
    await planner.waitFor(/Over with plan[\s\S]*accept edits on/);
    await planner.close();
  });

  it('the user is first: the tool runs at once, and everybody is told within a second', async () => {
    const requestId = await ask('first');
    await terminal.pressUntil('Enter', /first; sleep 8(?![\s\S]*Do you want to proceed)/);
    await until('it runs', () => made('first'));
    const since = performance.now();
    expect((await end(requestId)).data).toMatchObject({ outcome: 'answered_elsewhere', by: 'terminal' });
    expect(performance.now() - since).toBeLessThan(1000);
    expect(await answer(requestId, { behavior: 'deny' })).toEqual({ status: 409, code: 'already_answered' });
    await terminal.waitFor(/Over with first/);
  });

  it('Esc: everybody is told within a second', async () => {
    const requestId = await ask('escaped');
    await terminal.pressUntil('Escape', /Interrupted/);
    const since = performance.now();
    expect((await end(requestId)).data).toMatchObject({ outcome: 'answered_elsewhere' });
    expect(performance.now() - since).toBeLessThan(1000);
    expect(made('escaped')).toBe(false);
  });

  it('the daemon hangs meanwhile: the dialog decides, and what it decided is told once the daemon goes on', async () => {
    const requestId = await ask('hung');
    process.kill(daemon.pid, 'SIGSTOP');
    try {
      await terminal.pressUntil('Enter', /Over with hung/, 60_000);
    } finally {
      process.kill(daemon.pid, 'SIGCONT');
    }
    expect(made('hung')).toBe(true);
    expect((await end(requestId)).data).toMatchObject({ outcome: 'answered_elsewhere' });
    expect(await answer(requestId, { behavior: 'deny' })).toEqual({ status: 409, code: 'already_answered' });
  });

  it('the daemon is killed meanwhile: the dialog decides, and the request is told once', async () => {
    const requestId = await ask('killed');
    stream.close();
    await daemon.stop('SIGKILL');
    await terminal.pressUntil('Enter', /Over with killed/);
    expect(made('killed')).toBe(true);
    daemon = await startDaemon(world);
    await listen();
    const told = await until('the spool is told', async () => {
      const spool = path.join(world.hooklineHome, 'hooks', 'spool');
      const left = fs.existsSync(spool) ? fs.readdirSync(spool).filter(name => name.endsWith('.json')) : [];
      const events = await logged('permission.*');
      const about = events.filter(({ data }) => JSON.stringify(data).includes('touch killed'));
      const ends = events.filter(
        ({ type, data }) => type === 'permission.resolved' && data?.['requestId'] === requestId,
      );
      return left.length === 0 && ends.length > 0 ? { about, ends } : undefined;
    });
    expect(told.about).toHaveLength(1);
    expect(told.ends).toMatchObject([{ data: { outcome: 'timed_out', by: 'hookline' } }]);
    expect((await answer(requestId, { behavior: 'deny' })).status).toBe(404);
  });

  it('without a terminal: answered from outside; at once when nobody is there', async () => {
    const run = runClaude({ world, prompts: ['RUN:headless'], bypass: false });
    const event = await stream.waitFor(
      'it asks',
      ({ type, data }) => type === 'permission.requested' && JSON.stringify(data).includes('headless'),
    );
    await answer(String(event.data?.['requestId']), { behavior: 'allow' });
    await run;
    expect(made('headless')).toBe(true);
    stream.close();
    await until('nobody is there', async () => {
      const health = (await (await fetch(`${daemon.url}/health`)).json()) as { connections: number };
      return health.connections === 0;
    });
    const { durationMs } = await runClaude({ world, prompts: ['RUN:unheard'], bypass: false });
    expect(made('unheard')).toBe(false);
    expect(durationMs).toBeLessThan(20_000);
  });

  it('nobody answers in time: the dialog stays, and decides', async () => {
    await daemon.stop();
    fs.writeFileSync(
      path.join(world.hooklineHome, 'config.json'),
      JSON.stringify({ approvals: { waitMs: 3000 } }),
    );
    daemon = await startDaemon(world);
    await listen();
    const requestId = await ask('late');
    expect((await end(requestId)).data).toMatchObject({ outcome: 'timed_out' });
    expect(await answer(requestId, { behavior: 'allow' })).toEqual({ status: 409, code: 'already_answered' });
    expect(await terminal.screen()).toMatch(/Do you want to proceed/);
    await terminal.pressUntil('Enter', /Over with late/);
    expect(made('late')).toBe(true);
  });
});
