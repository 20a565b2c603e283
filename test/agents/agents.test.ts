// Every agent keeps the contract, and the events of each are told as its own.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/index.ts';
import { Engine } from '../../src/engine/index.ts';
import { makeLogger } from '../../src/logger.ts';
import { agents } from '../support/agents.ts';
import { recordedPayloads } from '../support/fixtures.ts';
import { describeAgent } from './conformance.ts';
import { parrot } from './parrot.ts';

const [generic, claudeCode] = agents;
if (!generic || !claudeCode) throw new Error('there are two agents');

describeAgent({
  agent: claudeCode,
  bodies: [
    ...recordedPayloads('claude-code-2.1.329'),
    ...recordedPayloads('claude-code-2.1.332'),
    { sessionId: 's', type: 'PreToolUse', agentId: 'a', data: { tool_name: 'Bash', tool_input: {} } },
    { session_id: 's', hook_event_name: 'NotYetInvented', more: { of: 'it' } },
  ],
  refused: [undefined, null, 'text', [], {}, { session_id: 's' }, { session_id: 7, hook_event_name: 'Stop' }],
});

describeAgent({
  agent: generic,
  bodies: [
    { sessionId: 's', type: 'build.finished', data: { ok: true } },
    { sessionId: 's', type: 'tool.use', agentId: 'a', data: { toolName: 'Bash', toolUseId: 't' } },
    { sessionId: 's', type: 'tool.result', data: { success: 'perhaps' } },
    { sessionId: 's', type: 'system.started', data: 'not yours to say' },
  ],
  refused: [undefined, null, 'text', [], {}, { sessionId: '', type: 'build.finished' }],
});

describeAgent({
  agent: parrot,
  bodies: [
    { parrot: 'polly', squawk: 'Hatch' },
    { parrot: 'polly', squawk: 'Peck', at: 'Bash' },
    { parrot: 'polly', squawk: 'Silence' },
    { parrot: 'polly', squawk: 'SomethingElse' },
  ],
  silent: ({ squawk }) => squawk === 'Silence',
  refused: [undefined, null, 'text', [], {}, { parrot: 'polly' }],
});

let home: string;
beforeEach(() => {
  home = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-agents-'));
});
afterEach(() => fs.rmSync(home, { recursive: true, force: true }));

test('what an agent tells, and what is announced because it was missed, is of that agent', async () => {
  const engine = new Engine(loadConfig({ env: {}, homedir: home, flags: { store: false } }), {
    now: Date.now,
    uptime: () => performance.now(),
    logger: makeLogger('silent'),
    ownTokens: () => [],
    onEpochLost: () => {},
    agents: [parrot, ...agents],
  });
  await engine.ingest({ parrot: 'polly', squawk: 'Peck', at: 'Bash' });
  const silence = await engine.ingest({ parrot: 'polly', squawk: 'Silence' });
  expect(silence.answer).toBeUndefined();
  await engine.ingest({ session_id: 's', hook_event_name: 'UserPromptSubmit', prompt: 'Go' });
  await engine.ingest({ sessionId: 's', type: 'build.finished' });
  const told = engine.log.read(0, { events: 100, bytes: 1e6 });
  const who = told
    .filter(({ source }) => source !== 'hookline')
    .map(({ type, source }) => `${source} ${type}`);
  expect(who).toEqual([
    'parrot session.discovered',
    'parrot tool.use',
    'claude-code session.discovered',
    'claude-code prompt.submitted',
    'legacy build.finished',
  ]);
  const sessions = engine.queries.sessions().map(({ sessionId, source }) => `${sessionId} ${source}`);
  expect(sessions).toEqual(['polly parrot', 's claude-code']);
  expect(engine.queries.openTranscript('polly')).toBeUndefined();
  engine.stop();
});
