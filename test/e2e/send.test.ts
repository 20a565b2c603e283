// A message reaches a real session: it wakes one that is idle, waits for one that works, and its sender is told what is proven.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findClaude } from '../support/claude/client.ts';
import { bash } from '../support/claude/scenarios.ts';
import { hasTmux, openTerminal, type Terminal } from '../support/claude/terminal.ts';
import { createWorld, type World } from '../support/claude/world.ts';
import { type Daemon, hookline, hooklineOk, startDaemon } from '../support/hookline.ts';
import { openStream, type Stream } from '../support/stream.ts';

const claude = await findClaude();
const scenarios = {
  greet: [{ text: 'Good morning to you too.' }],
  slower: [{ tools: [bash('sleep 5 && echo slept')] }, { text: 'I slept long.' }],
  slow: [{ tools: [bash('sleep 4 && echo slept')] }, { text: 'I slept.' }],
};

describe.skipIf(!claude.found || !hasTmux())('a message to a session', () => {
  let world: World;
  let daemon: Daemon;
  let stream: Stream;
  let terminal: Terminal;
  let sessionId = '';

  beforeAll(async () => {
    if (!claude.found) return;
    world = await createWorld({ bin: claude.bin, scenarios });
    await hooklineOk(world, 'install');
    daemon = await startDaemon(world);
    stream = await openStream(daemon);
    stream.send({ type: 'subscribe', topics: ['**'] });
    terminal = await openTerminal({ world, args: ['--permission-mode', 'acceptEdits'] });
    await terminal.waitFor(/❯/);
    await terminal.submit('RUN:greet');
    await terminal.waitFor(/Good morning to you too/);
    ({ sessionId = '' } = await stream.waitFor(
      'the end of the turn',
      ({ type }) => type === 'turn.completed',
    ));
  });
  afterAll(async () => {
    stream?.close();
    await terminal?.close();
    await daemon?.stop();
    await world?.close();
  });

  const told = (id: string): string[] =>
    stream
      .events()
      .filter(({ type, data }) => type.startsWith('inbox.') && data?.['messageId'] === id)
      .map(({ type }) => type.slice('inbox.'.length));

  it('wakes one that is idle, and is delivered once the session has it', async () => {
    const { stdout } = await hooklineOk(
      world,
      ...['send', '--to', sessionId, '-m', 'RUN:greet, and mind the gap', '--from', 'frontend'],
      ...['--wait', 'delivered', '--timeout', '60s'],
    );
    const id = stdout.trim();
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    const prompt = await stream.waitFor(
      'the prompt',
      ({ type, data }) => type === 'prompt.submitted' && String(data?.['prompt']).includes(id),
    );
    expect(String(prompt.data?.['prompt'])).toContain(
      `[hookline message id=${id} from=frontend via=cli unverified]\nRUN:greet, and mind the gap\nreply: `,
    );
    await stream.waitFor(
      'the delivery',
      ({ type, data }) => type === 'inbox.delivered' && data?.['messageId'] === id,
    );
    expect(told(id)).toEqual(['queued', 'accepted', 'delivered']);
    expect(await terminal.waitFor(/Message from/)).toContain('Message from');
  });

  it('waits for one that is at work, and is delivered in the middle of it', async () => {
    await terminal.submit('RUN:slow');
    await stream.waitFor('the tool', ({ type, sessionId: of }) => type === 'tool.use' && of === sessionId);
    const { code, stdout } = await hookline(
      world,
      ...['send', '--to', sessionId, '-m', 'RUN:greet', '--wait', 'delivered', '--timeout', '60s'],
    );
    expect(code).toBe(0);
    // The stream may be a moment behind the command.
    await expect.poll(() => told(stdout.trim()).at(-1)).toBe('delivered');
  });

  it('goes to the session that has the name now', async () => {
    await terminal.submit('/rename backend');
    await stream.waitFor(
      'the name',
      ({ type, data }) => type === 'session.updated' && data?.['name'] === 'backend',
    );
    const { stdout } = await hooklineOk(
      world,
      ...['send', '--to', 'backend', '-m', 'RUN:greet', '--wait', 'delivered', '--timeout', '60s', '--json'],
    );
    expect(JSON.parse(stdout)).toMatchObject({
      to: 'backend',
      recipients: [{ name: 'backend', sessionId, state: 'delivered', path: 'inbox-socket' }],
    });
  });

  it('is known to have arrived though the daemon was killed before it did', async () => {
    const before = stream.events().length;
    await terminal.submit('RUN:slower');
    await stream.waitFor(
      'the tool',
      ({ type, sessionId: of, seq }) =>
        type === 'tool.use' && of === sessionId && Number(seq) > Number(stream.events()[before - 1]?.seq),
    );
    const { stdout } = await hooklineOk(
      world,
      ...['send', '--to', sessionId, '-m', 'RUN:greet once more', '--wait', 'accepted'],
    );
    const id = stdout.trim();
    await daemon.stop('SIGKILL');
    await terminal.waitFor(/I slept long/);
    daemon = await startDaemon(world);
    const answer = await fetch(`${daemon.url}/api/messages/${id}?wait=delivered&timeoutMs=30000`, {
      headers: { authorization: `Bearer ${daemon.token}` },
    });
    expect(await answer.json()).toMatchObject({ id, state: 'delivered', recipients: [{ tries: 1 }] });
  });

  it('is told honestly to wait when nobody has the name', async () => {
    const { code, stdout, stderr } = await hookline(
      world,
      ...['send', '--to', 'nobody', '-m', 'hello', '--wait', 'accepted', '--timeout', '1s'],
    );
    expect(code).toBe(1);
    expect(stderr).toContain(
      `message ${stdout.trim()} for nobody was not accepted in time: it is queued so far`,
    );
  });
});
