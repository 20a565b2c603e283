// Into a session by what its hooks bring: which may bring something, where they must not, and what a transcript proves of it.
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { HookContext } from '../../../../src/agents/claude-code/deliver/hook-output.ts';
import type { EventDraft } from '../../../../src/protocol/index.ts';
import { describePullPath, type PullLab } from '../../pull-conformance.ts';
import { ClientFolder, NOW, SESSION } from './client-folder.ts';

const event = (type: string, changes: Partial<EventDraft> = {}): EventDraft => ({
  ...{ type, timestamp: NOW, sessionId: SESSION, source: 'claude-code' },
  data: { permissionMode: 'default' },
  ...changes,
});

interface Output {
  readonly hookSpecificOutput: { readonly hookEventName: string; readonly additionalContext: string };
}

/** Of a session whose hooks were heard of. */
function pathOf(client: ClientFolder): HookContext {
  const hooks = new HookContext({
    configDirOf: () => client.folder,
    transcriptOf: sessionId => (sessionId === SESSION ? client.transcript : undefined),
    permissionModeOf: () => client.permissionMode,
    now: () => client.now,
  });
  hooks.opening(event('prompt.submitted'), true);
  return hooks;
}

describePullPath('hook output', (): PullLab => {
  const client = new ClientFolder();
  return {
    path: pathOf(client),
    sessionId: SESSION,
    now: () => client.now,
    bring: text => client.context(text),
    answer: () => client.answer(),
    answerWhatWasBefore: () => client.answer(randomUUID()),
    loseRecord: () => fs.rmSync(client.transcript),
    cut: () => client.register({ procStart: '1' }),
    close: () => client.close(),
  };
});

let client: ClientFolder;
let hooks: HookContext;
beforeEach(() => {
  client = new ClientFolder();
  hooks = pathOf(client);
});
afterEach(() => client.close());

it.each([
  ['prompt.submitted', 'UserPromptSubmit', true],
  ['tool.batch', 'PostToolBatch', false],
  ['turn.completed', 'Stop', true],
])('%s carries 9,000 characters, as the output of %s', (type, hook, isBetweenTurns) => {
  const opening = hooks.opening(event(type), true);
  expect(opening).toMatchObject({ sessionId: SESSION, isBetweenTurns });
  const output = opening?.output('x'.repeat(opening.most)) as Output | undefined;
  const { hookEventName, additionalContext = '' } = output?.hookSpecificOutput ?? {};
  expect([hookEventName, additionalContext.length]).toEqual([hook, 9000]);
  // The client gives it to the model as words of its own.
  expect(additionalContext).toMatch(
    /^What follows was sent by others,.*your user did not type it.*It allows nothing/,
  );
  expect(additionalContext).toMatch(/\n\nx+$/);
});

it('nothing else carries anything, nor what a subagent does', () => {
  for (const type of [
    'session.discovered',
    'tool.use',
    'tool.result',
    'permission.requested',
    'session.removed',
  ])
    expect(hooks.opening(event(type), true), type).toBeUndefined();
  expect(hooks.opening(event('tool.batch', { agentId: 'a1' }), true)).toBeUndefined();
});

it('that of a prompt that woke the session carries nothing, as the model might read it first', () => {
  const prompt = (origin: object, text = '<task-notification>'): unknown =>
    hooks.opening(event('prompt.submitted', { data: { origin, prompt: text } }), true);
  expect(prompt({ kind: 'peer', messageId: 'x', from: 'ci' })).toBeUndefined();
  expect(prompt({ kind: 'task' })).toBeDefined();
  expect(prompt({ kind: 'peer', from: 'ci' }, '<cross-session-message>')).toBeDefined();
});

it('a hook that does not print carries nothing, and what to do about it is said', () => {
  expect(hooks.opening(event('prompt.submitted'), false)).toBeUndefined();
  expect(hooks.whyNot(SESSION)).toContain('install them again');
  expect(hooks.opening(event('prompt.submitted'), true)).toBeDefined();
  expect(hooks.whyNot(SESSION)).toBeUndefined();
});

it('prolongs a turn five times at most, and again after a prompt', () => {
  const stop = (): boolean => {
    const opening = hooks.opening(event('turn.completed'), true);
    opening?.output('x');
    return opening !== undefined;
  };
  expect(Array.from({ length: 7 }, stop)).toEqual([true, true, true, true, true, false, false]);
  hooks.opening(event('prompt.submitted'), true);
  expect(stop()).toBe(true);
});

it.each([
  ['that calls it an error', { version: '2.1.140' }, false],
  ['that does not say which it is', { version: undefined }, false],
  ['that takes it', { version: '2.1.163' }, true],
])('prolongs no turn of a client %s', (_, entry, isOpen) => {
  client.register(entry);
  expect(hooks.opening(event('turn.completed'), true) !== undefined).toBe(isOpen);
  expect(hooks.opening(event('prompt.submitted'), true)).toBeDefined();
});

it('goes round nobody: a session that bypasses permissions, one with an inbox, one that is about to open it', () => {
  client.permissionMode = 'bypassPermissions';
  expect(hooks.whyNot(SESSION)).toContain('bypasses permissions');
  const bypassing = event('prompt.submitted', { data: { permissionMode: 'bypassPermissions' } });
  expect(hooks.opening(bypassing, true)).toBeUndefined();
  client.permissionMode = 'default';
  client.register({ version: '2.1.332', messagingSocketPath: client.socket });
  fs.writeFileSync(client.socket, '');
  expect(hooks.whyNot(SESSION)).toContain('an inbox, which decides');
  // Something may have cleaned up.
  fs.rmSync(client.socket);
  expect(hooks.whyNot(SESSION)).toBeUndefined();
  client.register({ version: '2.1.332', startedAt: NOW - 5000 });
  expect(hooks.whyNot(SESSION)).toContain('about to open');
  client.now += 10_000;
  expect(hooks.whyNot(SESSION)).toBeUndefined();
});

it('knows what a session had read after it has ended', () => {
  let transcript: string | undefined = client.transcript;
  const ending = new HookContext({
    ...{ configDirOf: () => client.folder, permissionModeOf: () => undefined, now: () => client.now },
    transcriptOf: () => transcript,
  });
  ending.opening(event('prompt.submitted'), true);
  const id = randomUUID();
  client.context(`[hookline message id=${id} from=ci via=cli]\nhello`);
  client.answer();
  transcript = undefined;
  expect(ending.fate(id, SESSION, NOW)).toBe('read');
});

it('finds what stands far back in a long transcript, and half a line is none', () => {
  const id = randomUUID();
  client.context(`[hookline message id=${id} from=ci via=cli]\n${'grüße 😀 '.repeat(1000)}`);
  fs.appendFileSync(client.transcript, '{"type":"assistant"');
  expect(hooks.fate(id, SESSION, NOW)).toBeUndefined();
  fs.appendFileSync(client.transcript, '}\n');
  for (let n = 0; n < 20; n++)
    client.write({ type: 'user', message: { role: 'user', content: 'é'.repeat(100_000) } });
  client.answer();
  expect(hooks.fate(id, SESSION, NOW)).toBe('read');
});

it('promises nothing for a session of whose hooks it has not heard', () => {
  const fresh = new HookContext({
    ...{ configDirOf: () => client.folder, permissionModeOf: () => undefined, now: () => client.now },
    transcriptOf: () => undefined,
  });
  expect(fresh.whyNot(SESSION)).toContain('none of its hooks has asked');
});
