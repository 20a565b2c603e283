// Two real sessions talk: a question reaches the one, and its answer the other, by the client's own tool or by a shell.
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findClaude } from '../support/claude/client.ts';
import { bash, type Scenario } from '../support/claude/scenarios.ts';
import { hasTmux, openTerminal, type Terminal } from '../support/claude/terminal.ts';
import { createWorld, type World } from '../support/claude/world.ts';
import { type Daemon, hooklineOk, startDaemon } from '../support/hookline.ts';
import { openStream, type Stream } from '../support/stream.ts';
import { until } from '../support/until.ts';

const claude = await findClaude();
/** What the models say; some of it is known only once a message has come. */
const scenarios: Record<string, Scenario> = {
  hello: [{ text: 'Hello.' }],
};

describe.skipIf(!claude.found || !hasTmux())('two sessions', () => {
  let world: World;
  let daemon: Daemon;
  let stream: Stream;
  const terminals: Terminal[] = [];

  beforeAll(async () => {
    if (!claude.found) return;
    world = await createWorld({ bin: claude.bin, scenarios });
    world.writeSettings({ permissions: { allow: ['Bash'] } });
    await hooklineOk(world, 'install');
    daemon = await startDaemon(world);
    stream = await openStream(daemon);
    stream.send({ type: 'subscribe', topics: ['**'] });
    for (const name of ['backend', 'frontend']) {
      const terminal = await openTerminal({
        world,
        args: ['--permission-mode', 'acceptEdits', '--name', name],
      });
      terminals.push(terminal);
      await terminal.waitFor(/❯/);
    }
  });
  afterAll(async () => {
    stream?.close();
    for (const terminal of terminals) await terminal.close();
    await daemon?.stop();
    await world?.close();
  });

  interface Told {
    readonly id: string;
    readonly from: string;
    readonly message: string;
    readonly verified: boolean;
    readonly via: string;
    readonly state: string;
    readonly recipients: readonly { readonly answeredAt?: number; readonly state: string }[];
  }
  async function get<T>(target: string): Promise<T> {
    const headers = { authorization: `Bearer ${daemon.token}` };
    return (await (await fetch(`${daemon.url}${target}`, { headers })).json()) as T;
  }
  const send = async (...args: string[]): Promise<string> =>
    (await hooklineOk(world, 'send', ...args)).stdout.trim();
  const answersTo = (id: string): Promise<Told[]> =>
    until('the answer is delivered', async () => {
      const { messages } = await get<{ messages: Told[] }>(`/api/messages?inReplyTo=${id}`);
      return messages.some(({ state }) => state === 'delivered') ? messages : undefined;
    });
  const promptWith = (text: string): Promise<unknown> =>
    stream.waitFor(
      'the prompt',
      ({ type, data }) => type === 'prompt.submitted' && String(data?.['prompt']).includes(text),
    );

  const ownSocket = (): string => {
    const folder = path.join(world.root, 'cc-socks');
    const name = fs.readdirSync(folder).find(one => one.startsWith('hookline-'));
    return path.join(folder, String(name));
  };
  const sayBack = (message: string): Scenario => [
    { tools: [{ name: 'ToolSearch', input: { query: 'select:SendMessage', max_results: 1 } }] },
    { tools: [{ name: 'SendMessage', input: { to: `uds:${ownSocket()}`, summary: 'an answer', message } }] },
    { text: 'Answered.' },
  ];
  const ask = ['--from', 'frontend', '--to', 'backend', '-m'];
  let first = '';

  it("answer each other with the client's own tool", async () => {
    first = await send(...ask, 'RUN:hello', '--wait', 'delivered');
    scenarios['answer'] = sayBack('Port 3838, RUN:hello');
    const id = await send(...ask, 'RUN:answer: which port?');
    expect(await answersTo(id)).toMatchObject([
      { from: 'backend', message: 'Port 3838, RUN:hello', via: 'unix', verified: false },
    ]);
    await promptWith('Port 3838, RUN:hello');
    expect(await get<Told>(`/api/messages/${id}`)).toMatchObject({
      state: 'delivered',
      recipients: [{ answeredAt: expect.any(Number) }],
    });
  });

  it('or with the words that the message itself names', async () => {
    const prompt = stream.events().find(({ data }) => String(data?.['prompt']).includes(first))?.data?.[
      'prompt'
    ];
    const [, words] = /^reply: (.*)$/m.exec(String(prompt)) ?? [];
    scenarios['shell'] = [{ tools: [bash(`${words} -m "By a shell, RUN:hello"`)] }, { text: 'Answered.' }];
    await send(...ask, 'RUN:shell');
    expect(await answersTo(first)).toMatchObject([
      { from: 'backend', message: 'By a shell, RUN:hello', via: 'cli' },
    ]);
    await promptWith('By a shell, RUN:hello');
  });

  it('also when the daemon was started anew in between', async () => {
    const id = await send(...ask, 'RUN:hello once more', '--wait', 'delivered');
    stream.close();
    await daemon.stop('SIGKILL');
    daemon = await startDaemon(world);
    stream = await openStream(daemon);
    stream.send({ type: 'subscribe', topics: ['**'] });
    scenarios['later'] = sayBack('Later, RUN:hello');
    await terminals[0]?.submit('RUN:later');
    expect(await answersTo(id)).toMatchObject([{ from: 'backend', message: 'Later, RUN:hello' }]);
  });
});
