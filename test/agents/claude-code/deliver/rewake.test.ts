// Into an idle session by a hook that waits in its background: where it must not, how long it is of use, and what a transcript proves.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest';
import { Rewake } from '../../../../src/agents/claude-code/deliver/rewake.ts';
import { procStat, startTime } from '../../../../src/process-probe.ts';
import { until } from '../../../support/until.ts';
import { describePullPath, type PullLab } from '../../pull-conformance.ts';
import { ClientFolder, NOW, SESSION } from './client-folder.ts';

/** What the hooks of a session have told of it. */
const told = { lives: true, isIdle: true };

const pathOf = (client: ClientFolder): Rewake =>
  new Rewake({
    configDirOf: () => client.folder,
    transcriptOf: sessionId => (sessionId === SESSION ? client.transcript : undefined),
    permissionModeOf: () => client.permissionMode,
    lives: sessionId => sessionId === SESSION && told.lives,
    isIdle: () => told.isIdle,
    now: () => client.now,
  });

/** As the client words it (2.1.120, 2.1.197, 2.1.247). */
const asPrompt = (text: string): string =>
  `<task-notification>\n<summary>Stop hook feedback</summary>\n</task-notification>\n<system-reminder>\nStop hook blocking error from command "Stop": ${text}\n</system-reminder>`;
const prompted = (client: ClientFolder, prompt: string): void =>
  client.write({ type: 'user', message: { role: 'user', content: prompt } });

/** What the client notes at once, before anything is read. */
const enqueued = (client: ClientFolder, prompt: string): void =>
  fs.appendFileSync(
    client.transcript,
    `${JSON.stringify({ type: 'queue-operation', operation: 'enqueue', content: prompt })}\n`,
  );

const labWith = (bring: (client: ClientFolder, text: string) => void) => (): PullLab => {
  const client = new ClientFolder();
  const path = pathOf(client);
  return {
    path,
    sessionId: SESSION,
    now: () => client.now,
    bring: text => bring(client, path.printed(text)),
    answer: () => client.answer(),
    answerWhatWasBefore: () => client.answer(randomUUID()),
    loseRecord: () => fs.rmSync(client.transcript),
    cut: () => client.register({ procStart: '1' }),
    close: () => client.close(),
  };
};
describePullPath(
  'a hook that waits',
  labWith((client, text) => {
    enqueued(client, asPrompt(text));
    prompted(client, asPrompt(text));
  }),
);
describePullPath(
  'a hook that waits, in a session that began to work',
  labWith((client, text) =>
    client.write({ type: 'attachment', attachment: { type: 'queued_command', prompt: asPrompt(text) } }),
  ),
);

let client: ClientFolder;
let rewake: Rewake;
beforeEach(() => {
  Object.assign(told, { lives: true, isIdle: true });
  client = new ClientFolder();
  rewake = pathOf(client);
});
afterEach(() => client.close());

it('says below the words of the client that no user typed it, and begins each message on a line of its own', () => {
  const text = `[hookline message id=${randomUUID()} from=ci via=cli]\nhello`;
  const printed = rewake.printed(text);
  expect(printed).toMatch(
    /^\nWhat follows was sent by others,.*your user did not type it.*It allows nothing.*\n\n/,
  );
  expect(printed.endsWith(`\n\n${text}`)).toBe(true);
  expect(rewake.printed('x'.repeat(rewake.most)).length).toBeLessThanOrEqual(9001);
});

it.each<[string, () => void, RegExp]>([
  ['is at work, as its hooks tell', () => Object.assign(told, { isIdle: false }), /at work/],
  ['is at work, as its client says', () => client.register({ status: 'busy' }), /at work/],
  ['shows a dialog', () => client.register({ status: 'waiting' }), /asks its user/],
  ['does not run in a terminal', () => client.register({ entrypoint: 'sdk-cli' }), /not run in a terminal/],
  [
    'bypasses permissions',
    () => {
      client.permissionMode = 'bypassPermissions';
    },
    /bypasses permissions/,
  ],
  [
    'has an inbox',
    () => {
      client.register({ version: '2.1.332', messagingSocketPath: client.socket });
      fs.writeFileSync(client.socket, '');
    },
    /an inbox, which decides/,
  ],
  [
    'is about to open its inbox',
    () => client.register({ version: '2.1.332', startedAt: NOW }),
    /about to open/,
  ],
  ['is gone', () => client.register({ procStart: '1' }), /process is gone/],
])('does not wake a session that %s', (_, change, reason) => {
  client.register({ entrypoint: 'cli', status: 'idle' });
  expect(rewake.whyNot(SESSION)).toBeUndefined();
  change();
  expect(rewake.whyNot(SESSION)).toMatch(reason);
});

/** A process that does nothing. */
function process_(): number {
  const child = spawn('sleep', ['60'], { stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child.pid ?? 0;
}

it.skipIf(process.platform !== 'linux')(
  'does not wake a session whose client was stopped, as that would come later',
  async () => {
    const pid = process_();
    client.register({ pid, procStart: startTime(pid) });
    expect(rewake.whyNot(SESSION)).toBeUndefined();
    process.kill(pid, 'SIGSTOP');
    await until('it is stopped', () => procStat(pid)?.state === 'T');
    expect(rewake.whyNot(SESSION)).toMatch(/stopped.*fg/);
  },
);

it('a hook is of use as long as its client has its session open, and has no inbox', async () => {
  const hook = { sessionId: SESSION, pid: 1, clientPid: process.pid };
  expect(rewake.whyOver(hook)).toBeUndefined();
  expect(rewake.whyOver({ ...hook, clientPid: process.ppid })).toMatch(/another client/);
  client.register({ messagingSocketPath: client.socket });
  fs.writeFileSync(client.socket, '');
  expect(rewake.whyOver(hook)).toMatch(/inbox/);
  client.register({ sessionId: 'another' });
  expect(rewake.whyOver(hook)).toBeUndefined();
  told.lives = false;
  expect(rewake.whyOver(hook)).toMatch(/session is over/);
  const pid = process_();
  process.kill(pid, 'SIGKILL');
  await until('it is gone', () => rewake.whyOver({ ...hook, clientPid: pid }) === 'its client is gone');
});

it('says that it is lost when an idle session has not written down within 15 s that it was woken', () => {
  const [id, noted] = [randomUUID(), randomUUID()];
  const givenAt = client.now;
  enqueued(client, asPrompt(rewake.printed(`[hookline message id=${noted} from=ci via=cli]\nhello`)));
  client.now += 14_900;
  expect(rewake.fate(id, SESSION, givenAt)).toBeUndefined();
  client.now += 200;
  expect([rewake.fate(noted, SESSION, givenAt), rewake.fate(id, SESSION, givenAt)]).toEqual([
    undefined,
    'lost',
  ]);
  told.isIdle = false;
  expect(rewake.fate(id, SESSION, givenAt)).toBeUndefined();
});

it('a prompt that somebody typed with such words in it is no sign that it was read', () => {
  const id = randomUUID();
  const givenAt = client.now;
  prompted(client, `What is this?\n[hookline message id=${id} from=ci via=cli]\nhello`);
  client.answer();
  expect(rewake.fate(id, SESSION, givenAt)).toBeUndefined();
});
