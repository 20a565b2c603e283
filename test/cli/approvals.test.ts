// Requests in a terminal: all of what is asked, on a phone too, and the answers that can be typed.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { answers, asks, listed, theOne } from '../support/approvals.ts';
import { makePlace, type Running, runCli } from '../support/cli.ts';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import { hookline, hooklineOk, type Place } from '../support/hookline.ts';
import { until } from '../support/until.ts';

let daemon: TestDaemon;
let place: Place;
let watch: Running;

beforeAll(async () => {
  daemon = await startTestDaemon();
  place = { ...makePlace(), hooklineHome: daemon.home };
  watch = runCli(place, ['approvals', '--watch']);
  await watch.says('watching');
});
afterAll(async () => {
  expect(await watch.end()).toBe(0);
  await daemon.stop();
});

const shown = (words: string): Promise<unknown> => until(words, () => watch.stdout().includes(words));
const shortOf = async (): Promise<string> => (await theOne(daemon)).requestId.slice(0, 5);

it('whoever watches is asked: all of it, what to type, and how it ended; no line is wider than a phone but what is', async () => {
  const command = 'npm test &&\nnpm publish\x1b[2J';
  const asking = asks(daemon, { cwd: '/home/dev/shop', tool_input: { command, description: 'Publish' } });
  const id = await shortOf();
  await shown(`deny ${id}`);
  expect(watch.stdout()).toContain(
    [
      '',
      `${id} Bash, shop·s1`,
      '  npm test &&',
      '  npm publish',
      '  # Publish',
      `  > approve ${id}`,
      `  > deny ${id} -m …`,
      '',
    ].join('\n'),
  );
  for (const line of watch.lines()) expect(line.length).toBeLessThanOrEqual(40);
  const once = await hooklineOk(place, 'approvals');
  expect(once.stdout).toContain('npm publish');
  const { requests } = JSON.parse((await hooklineOk(place, 'approvals', '--json')).stdout) as {
    requests: { input: object }[];
  };
  expect(requests[0]?.input).toEqual({ command, description: 'Publish' });

  const said = await hooklineOk(place, 'approve', id);
  expect([said.stdout, said.stderr]).toEqual(['', `Allowed: ${id} Bash, shop·s1\n`]);
  expect(await asking.decision).toEqual({ behavior: 'allow' });
  await shown(`${id} allowed, by main token`);

  const again = await hookline(place, 'approve', id);
  expect([again.code, again.stderr]).toEqual([
    1,
    expect.stringContaining('was answered, or its time was up'),
  ]);
  expect((await hooklineOk(place, 'approvals')).stderr).toBe('Nothing waits for an answer from here.\n');
});

it('no, and why', async () => {
  const asking = asks(daemon);
  const id = await shortOf();
  await hooklineOk(place, 'deny', id, '-m', 'Run the tests first.');
  expect(await asking.decision).toEqual({ behavior: 'deny', message: 'Run the tests first.' });
  await shown(`${id} denied, by main token: Run the tests first.`);
});

it('another input, the same in this session, a plan with its mode', async () => {
  const first = asks(daemon);
  await hooklineOk(place, 'approve', await shortOf(), '--input', '{"command":"npm pack"}');
  expect(await first.decision).toEqual({ behavior: 'allow', updatedInput: { command: 'npm pack' } });
  const second = asks(daemon);
  await hooklineOk(place, 'approve', await shortOf(), '--for-session');
  expect(await second.decision).toMatchObject({ updatedPermissions: [{ destination: 'session' }] });
  const third = asks(daemon, { tool_name: 'ExitPlanMode', tool_input: { plan: '# Plan' } });
  const said = await hooklineOk(place, 'approve', await shortOf(), '--mode', 'acceptEdits', '--json');
  expect(JSON.parse(said.stdout)).toMatchObject({ outcome: 'allowed', by: 'main token' });
  expect(await third.decision).toMatchObject({ updatedPermissions: [{ mode: 'acceptEdits' }] });
});

const option = (label: string) => ({ label, description: `about ${label}` });
const questions = [
  { question: 'Which one?', header: 'Pick', multiSelect: false, options: [option('Red'), option('Blue')] },
  { question: 'With what?', header: 'With', multiSelect: true, options: [option('Salt'), option('Pepper')] },
];

it('questions: by label, by number, several, in words', async () => {
  const asking = asks(daemon, { tool_name: 'AskUserQuestion', tool_input: { questions } });
  const id = await shortOf();
  await shown(`answer ${id} --choice`);
  expect(watch.stdout()).toContain('  1: Which one?\n    1 Red\n      about Red\n    2 Blue\n');
  for (const [args, words] of [
    [[], 'there is no answer'],
    [['--choice', 'Green', '--choice', 'Salt'], '"Green" is no choice for "Which one?"; there are 1 "Red"'],
    [['--choice', 'Blue'], 'not answered: "With what?"'],
    [['--choice', '3:Blue'], 'there is no question'],
  ] as const) {
    const { code, stderr } = await hookline(place, 'answer', id, ...args);
    expect([code, stderr]).toEqual([2, expect.stringContaining(words)]);
  }
  await hooklineOk(place, 'answer', id, ...['--choice', '2:1', '--choice', '2:pepper', '--text', '1:Green']);
  expect(await asking.decision).toMatchObject({
    updatedInput: { answers: { 'Which one?': 'Green', 'With what?': 'Salt, Pepper' } },
  });
});

it('a change is shown as one', async () => {
  const tool_input = { file_path: '/w/a.ts', old_string: 'a\nb', new_string: 'c', replace_all: true };
  const asking = asks(daemon, { tool_name: 'Edit', tool_input });
  const id = await shortOf();
  await shown(`approve ${id}`);
  expect(watch.stdout()).toContain('  /w/a.ts\n  - a\n  - b\n  + c\n  replace_all: true\n');
  const question = await hookline(place, 'answer', id, '--choice', 'a');
  expect([question.code, question.stderr]).toEqual([2, expect.stringContaining('is no question')]);
  await hooklineOk(place, 'deny', id);
  await asking.decision;
});

it.each(['abc', '../..'])('a slip of the finger answers nothing (%s)', async letters => {
  const { code, stderr } = await hookline(place, 'approve', letters);
  expect([code, stderr]).toEqual([2, expect.stringContaining('it must be the 5 letters')]);
});

it('who watches for a program gets lines of JSON, also of what was open before', async () => {
  const asking = asks(daemon);
  const { requestId } = await theOne(daemon);
  const program = runCli(place, ['approvals', '--watch', '--json']);
  await program.haveLines(1);
  await answers(daemon, requestId, { behavior: 'deny' });
  const [request, resolved] = (await program.haveLines(2)).map(line => JSON.parse(line) as object);
  expect(request).toMatchObject({ request: { requestId, whole: true } });
  expect(resolved).toMatchObject({ resolved: { requestId, outcome: 'denied', sessionId: 's1' } });
  await program.end();
  await asking.decision;
  expect(await listed(daemon)).toEqual([]);
});
