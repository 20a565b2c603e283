// What installing promises, with the newest Claude Code we know and an old one that many still run.
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOOK_EVENTS } from '../../src/agents/claude-code/install/index.ts';
import { clearStalled, HOOK_TIME_LIMIT_SEC } from '../../src/hook-endpoint/index.ts';
import { claudeVersion, findClaude } from '../support/claude/client.ts';
import { type HeadlessRun, runClaude } from '../support/claude/headless.ts';
import { hookNamesIn } from '../support/claude/hook-names.ts';
import { hookTrouble } from '../support/claude/hook-trouble.ts';
import {
  addedByHooks,
  complaintsOnScreen,
  hooksFired,
  quietScenarios,
  quietSession,
  redirectHooks,
} from '../support/claude/quiet.ts';
import { startRecorder } from '../support/claude/recorder.ts';
import { hasTmux } from '../support/claude/terminal.ts';
import { createWorld, type World } from '../support/claude/world.ts';
import type { Frame } from '../support/frames.ts';
import { type Daemon, hooklineOk, startDaemon } from '../support/hookline.ts';
import { openStream } from '../support/stream.ts';

const OLD = '2.1.197';
/** Those that are left to choice elsewhere are there where messages have no other way in. */
const clients = [
  { name: claudeVersion, client: await findClaude(), needed: [] },
  { name: OLD, client: await findClaude(OLD), needed: ['PostToolBatch'] },
];
const tmux = hasTmux();

/** The hooks that a session waits for. */
const SYNC = new Set(HOOK_EVENTS.filter(event => event.form !== 'async').map(event => event.name));

/** As somebody wrote them by hand; the client does not rewrite any of it by itself. */
const SETTINGS = '{\r\n    "env" : { "A": "1" },\r\n    "hooks": {\r\n        "Stop": [ ]\r\n    }\r\n}\r\n';

/** A slash command that runs a shell command of its own, then the scenario `simple`. */
const COMMAND = '---\ndescription: x\nallowed-tools: Bash(echo:*)\n---\nRUN:simple !`echo from a skill`\n';

describe.each(clients)('Claude Code $name', ({ client, needed }) => {
  describe.skipIf(!client.found)('with hooks installed', () => {
    let world: World;
    let plain: World;
    let daemon: Daemon;
    let known: string[];
    let run: HeadlessRun;
    let events: Frame[];

    const registered = (): string[] => {
      const { hooks } = JSON.parse(fs.readFileSync(world.settingsFile, 'utf8')) as { hooks: object };
      return Object.keys(hooks);
    };
    const count = (type: string): number => events.filter(event => event.type === type).length;

    beforeAll(async () => {
      if (!client.found) return;
      known = hookNamesIn(client.bin);
      plain = await createWorld({ bin: client.bin, scenarios: quietScenarios });
      world = await createWorld({ bin: client.bin, scenarios: quietScenarios });
      fs.writeFileSync(world.settingsFile, SETTINGS);
      fs.mkdirSync(path.join(world.configDir, 'commands'));
      fs.writeFileSync(path.join(world.configDir, 'commands', 'sk.md'), COMMAND);
      await hooklineOk(world, 'install');
      daemon = await startDaemon(world);
      const stream = await openStream(daemon);
      stream.send({ type: 'subscribe', topics: ['**'], id: 1 });
      await stream.waitFor('the subscription', frame => frame.type === 'subscribed');
      run = await runClaude({ world, prompts: ['/sk'] });
      // Whatever the order: a hook that nobody waits for may come last.
      for (const type of ['tool.result', 'turn.completed', 'session.removed'])
        await stream.waitFor(type, frame => frame.type === type);
      events = stream.events();
      stream.close();
    });

    afterAll(async () => {
      await daemon?.stop('SIGKILL');
      await plain?.close();
      await world?.close();
    });

    it('knows every event that is registered, and has none that we do not know', () => {
      expect(known.length).toBeGreaterThan(20);
      expect(known).toEqual(expect.arrayContaining(registered()));
      const ours = HOOK_EVENTS.map(event => event.name);
      expect([...ours, 'WorktreeCreate']).toEqual(expect.arrayContaining(known));
      const quiet = HOOK_EVENTS.filter(event => !event.optIn && known.includes(event.name));
      expect(registered().sort()).toEqual([...quiet.map(event => event.name), ...needed].sort());
    });

    it('tells a session as it was, and shows nothing of it', () => {
      expect(run.code).toBe(0);
      expect(hookTrouble(run)).toEqual([]);
      for (const type of ['session.discovered', 'prompt.submitted', 'tool.use', 'tool.result'])
        expect(count(type), type).toBe(1);
      for (const type of ['turn.completed', 'session.removed']) expect(count(type), type).toBe(1);
    });

    it('tells the shell command of a slash command, if it has a hook for it', () => {
      const told = events.filter(event => event.type === 'skill.command');
      expect(told).toHaveLength(known.includes('PreSkillShellCommand') ? 1 : 0);
      for (const { data } of told)
        expect(data).toMatchObject({
          toolName: 'Bash',
          input: { command: 'echo from a skill' },
          commandName: 'sk',
          commandSource: 'userSettings',
          invokedBy: 'user',
        });
    });

    it('waits for a daemon that hangs a second, or two, in a whole session, and shows nothing of it', async () => {
      const hanging = await startRecorder('hang');
      try {
        await redirectHooks(world, daemon, hanging.url);
        await quietSession(world);
        const waited = hanging.calls.filter(({ event }) => SYNC.has(event));
        expect(waited.length).toBeGreaterThan(0);
        expect(waited.length * HOOK_TIME_LIMIT_SEC).toBeLessThanOrEqual(2);
      } finally {
        await hanging.close();
        await clearStalled(world.hooklineHome);
      }
    });

    it('notices nothing of a daemon that was killed, nor is there a word about settings', async () => {
      await daemon.stop('SIGKILL');
      expect(await addedByHooks(plain, world, { rounds: 2 })).toBeLessThan(50 * hooksFired);
      if (tmux) expect(await complaintsOnScreen(world)).toEqual([]);
    });

    it('leaves settings.json as it was, to the byte', async () => {
      await hooklineOk(world, 'uninstall');
      expect(fs.readFileSync(world.settingsFile, 'utf8')).toBe(SETTINGS);
    });
  });
});
