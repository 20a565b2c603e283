// A daemon that hung and is at work again finds every payload twice, where its hook sent it and where it kept it, and tells it once.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { afterEach, expect, it } from 'vitest';
import { HOOKS } from '../../src/agents/claude-code/hooks/events.ts';
import { installHookFile } from '../../src/agents/claude-code/install/hook-file.ts';
import { hookFile } from '../../src/agents/claude-code/install/index.ts';
import { spoolFolder } from '../../src/hook-endpoint/index.ts';
import { makePlace } from '../support/cli.ts';
import type { Frame } from '../support/frames.ts';
import { type Daemon, startDaemon } from '../support/hookline.ts';
import { until } from '../support/until.ts';

let daemon: Daemon | undefined;
afterEach(async () => {
  if (daemon) process.kill(daemon.pid, 'SIGCONT');
  await daemon?.stop();
});

/** What a hook of each kind says, as far as it matters to whether it is known again. */
const FIELDS = {
  cwd: '/w',
  prompt_id: 'p1',
  prompt: 'go on',
  tool_name: 'Bash',
  tool_use_id: 't1',
  tool_input: { command: 'ls' },
  last_assistant_message: 'done',
  agent_type: 'reviewer',
  message: 'may I?',
  trigger: 'auto',
};

async function get(path: string): Promise<Response> {
  return fetch(`${daemon?.url}${path}`, { headers: { authorization: `Bearer ${daemon?.token}` } });
}

async function received(): Promise<number> {
  const text = await (await get('/metrics')).text();
  return Number(/^hookline_hooks_total (\d+)$/m.exec(text)?.[1]);
}

it('tells a hook of any kind once', async () => {
  const place = makePlace();
  const home = place.hooklineHome;
  await installHookFile(home);
  daemon = await startDaemon(place);
  process.kill(daemon.pid, 'SIGSTOP');
  const kinds = [...HOOKS.keys(), 'BrandNewEvent2027'];
  const hooks = kinds.map(kind => {
    const child = spawn(hookFile(home), { env: place.env });
    const agent = kind.startsWith('Subagent') ? { agent_id: 'a1' } : {};
    child.stdin.end(JSON.stringify({ ...FIELDS, ...agent, session_id: `of ${kind}`, hook_event_name: kind }));
    return once(child, 'close');
  });
  await Promise.all(hooks);
  const kept = fs.readdirSync(spoolFolder(home));
  expect(kept).toHaveLength(kinds.length);
  // A hook that began after the first one had run out of time was not sent.
  const sent = kept.filter(name => name.startsWith('sent-')).length;
  expect(sent).toBeGreaterThan(0);
  process.kill(daemon.pid, 'SIGCONT');
  await until('everything was found', async () => {
    return (await received()) === sent && fs.readdirSync(spoolFolder(home)).length === 0;
  });
  const page = await get('/api/events?topics=hook.**&limit=1000');
  const { events } = (await page.json()) as { events: Frame[] };
  expect(events.map(event => event['sessionId']).sort()).toEqual(kinds.map(kind => `of ${kind}`).sort());
});
