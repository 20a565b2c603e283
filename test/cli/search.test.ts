// Finding events in the log from the command line.
import { execFileSync, spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shown } from '../../src/cli/search/shown.ts';
import { summarize } from '../../src/cli/text/summary.ts';
import { parseMoment, parseWhen, spanOf } from '../../src/cli/when.ts';
import { type EventEnvelope, Hits } from '../../src/protocol/index.ts';
import { commandIn, follow, MAIN, makePlace, postHook } from '../support/cli.ts';
import { type Daemon, hookline, hooklineOk, startDaemon } from '../support/hookline.ts';

const place = makePlace();
let daemon: Daemon;
beforeAll(async () => {
  daemon = await startDaemon(place);
  await postHook(daemon, 'UserPromptSubmit', { prompt: 'Make the\nCoffee "strong"' });
  await postHook(daemon, 'PreToolUse', {
    tool_name: 'Bash',
    tool_use_id: 'toolu_1',
    tool_input: { command: 'npm test', env: `${'x'.repeat(300)} coffee_pot=on ${'y'.repeat(300)}` },
  });
  await postHook(daemon, 'UserPromptSubmit', {
    session_id: '77aa-web',
    cwd: '/home/dev/web',
    prompt: 'coffee \u001b[2J\u202eagain',
  });
  await postHook(daemon, 'SessionEnd', { session_id: '77aa-web', cwd: '/home/dev/web', reason: 'other' });
});
afterAll(async () => {
  await daemon.stop();
});

async function lines(...args: string[]): Promise<string[]> {
  const { stdout } = await hooklineOk(place, 'search', ...args);
  return stdout
    .split('\n')
    .slice(0, -1)
    .map(line => line.replace(/^\d\d:\d\d:\d\d {2}/, '').replace(/ {2,}/g, ' | '));
}
async function events(...args: string[]): Promise<EventEnvelope[]> {
  const { stdout, stderr } = await hooklineOk(place, 'search', '--json', ...args);
  expect(stderr).toBe('');
  return stdout
    .split('\n')
    .slice(0, -1)
    .map(line => JSON.parse(line) as EventEnvelope);
}

describe('search', () => {
  it('shows a line for each event that has all the words, the newest last', async () => {
    expect(await lines('COFFEE', '"strong"')).toEqual([
      'shop·8dd9 | prompt.submitted | Make the Coffee "strong"',
    ]);
    expect((await lines('coffee')).map(line => line.split(' | ')[1])).toEqual([
      'prompt.submitted',
      'tool.use',
      'prompt.submitted',
    ]);
  });

  it('shows what was found where the summary does not', async () => {
    const [line] = await lines('coffee_pot');
    expect(line).toMatch(/^shop·8dd9 \| tool\.use \| Bash npm test · env: …x+ coffee_pot=on y+…$/);
  });

  it('shows what is one call as one line, and says in how many places it was found', async () => {
    const call = (id: string) => ({
      session_id: 'calls-1',
      cwd: '/home/dev/calls',
      tool_name: 'Bash',
      tool_use_id: id,
      tool_input: { command: `brew lager ${id}` },
    });
    for (const id of ['c1', 'c2']) {
      await postHook(daemon, 'PreToolUse', call(id));
      await postHook(daemon, 'PostToolUse', { ...call(id), tool_response: { stdout: 'lager' } });
    }
    expect(await lines('lager')).toEqual(
      [
        'call·call | tool.use | Bash brew lager c1 | 2 places',
        'call·call | tool.use | Bash brew lager c2 | 2 places',
      ].map(line => line.replace('call·call', 'calls·call')),
    );
    expect(await lines('lager', '--limit', '1')).toHaveLength(1);
    const { stderr } = await hooklineOk(place, 'search', 'lager', '--limit', '1');
    expect(stderr).toContain('these are the newest 1; older ones with --limit');
    expect(await events('lager')).toHaveLength(4);
    const [, , third] = await events('lager');
    expect(await lines('lager', '--until', String((third?.seq ?? 0) - 1))).toHaveLength(1);
  });

  it('keeps event data from driving the terminal', async () => {
    const { stdout } = await hooklineOk(place, 'search', 'again');
    expect(stdout).toMatch(/coffee again\n$/);
    expect(stdout).not.toMatch(/[^\P{Cc}\n]|\p{Bidi_Control}/u);
  });

  it('takes topics, sessions (also one that is over, also by name) and a span', async () => {
    expect((await events('coffee', '--topic', 'tool.*')).map(event => event.type)).toEqual(['tool.use']);
    expect((await events('--topic', 'hook.session_end')).map(event => event.data['reason'])).toEqual([
      'other',
    ]);
    expect((await events('coffee', '--session', '77')).map(event => event.sessionId)).toEqual(['77aa-web']);
    expect(await events('coffee', '--session', 'shop')).toHaveLength(2);
    const all = await events('--since', '0', '--limit', '1000');
    const [first, , third] = all;
    const some = await events('--since', String(first?.seq), '--until', String(third?.seq));
    expect(some.map(event => event.seq)).toEqual([2, 3]);
    expect(await events('--since', '1h', '--limit', '1000')).toEqual(all);
    expect(await events('--since', new Date(first?.timestamp ?? 0).toISOString(), '--limit', '1000')).toEqual(
      all,
    );
    const none = await hooklineOk(place, 'search', '--until', '2020-01-01T10:00');
    expect(none).toMatchObject({ stdout: '', stderr: 'hookline: nothing found\n' });
  });

  it('shows the newest of many, and says that there are more', async () => {
    const two = await hooklineOk(place, 'search', 'coffee', '--limit', '2');
    const [first, second] = await events('coffee');
    expect(two.stdout.trimEnd().split('\n')).toHaveLength(2);
    expect(two.stderr).toBe(
      `hookline: these are the newest 2; older ones with --limit, or with --until ${(second?.seq ?? 0) - 1}\n`,
    );
    expect(await events('coffee', '--until', String((second?.seq ?? 0) - 1))).toEqual([first]);
  });

  it('pages through as many as are asked for', async () => {
    const posts = Array.from({ length: 1300 }, (_, n) => n);
    const lane = async (): Promise<void> => {
      for (let n = posts.shift(); n !== undefined; n = posts.shift())
        await postHook(daemon, 'Notification', { session_id: 'many', message: `note ${n} paging` });
    };
    await Promise.all(Array.from({ length: 16 }, lane));
    const found = await events('paging', '--limit', '100000');
    expect(found).toHaveLength(1300);
    expect(found.map(event => event.seq)).toEqual(found.map(event => event.seq).toSorted((a, b) => a - b));
    expect((await lines('paging', '--limit', '1250')).length).toBe(1250);
  });

  it('finds nothing: that is fine', async () => {
    expect(await hookline(place, 'search', 'zebra')).toEqual({
      code: 0,
      stdout: '',
      stderr: 'hookline: nothing found\n',
    });
  });

  it('needs a daemon', async () => {
    const other = makePlace();
    expect(await hookline(other, 'search', 'x')).toMatchObject({
      code: 1,
      stderr: `hookline is not running; start it with: ${commandIn(other)} start\n`,
    });
  });

  it('refuses a session that fits several', async () => {
    await postHook(daemon, 'UserPromptSubmit', { session_id: '77ab', cwd: '/home/dev/web', prompt: 'x' });
    const { code, stderr } = await hookline(place, 'search', 'x', '--session', '77');
    expect(code).toBe(2);
    expect(stderr).toContain('--session 77 fits 2 sessions: 77a');
  });

  it.skipIf(!hasScript())('marks what was found on a terminal', async () => {
    const command = `"${process.execPath}" "${MAIN}" search strong`;
    const child = follow(
      spawn('script', ['-qec', command, '/dev/null'], {
        env: { ...place.env, HOOKLINE_HOME: place.hooklineHome },
      }),
    );
    await child.exit;
    expect(child.stdout()).toContain('"\u001b[7mstrong\u001b[27m"');
  });
});

function hasScript(): boolean {
  try {
    execFileSync('script', ['--version'], { env: place.env, stdio: 'ignore' });
    return true;
  } catch {
    console.log('no `script` to make a terminal with: marks are not tested');
    return false;
  }
}

describe('what is one hit', () => {
  const event = (seq: number, type: string, data: object, sessionId = 's1'): EventEnvelope => ({
    ...{ seq, type, timestamp: seq, sessionId, source: 'x' },
    data: { ...data },
  });
  const id = { toolUseId: 't1' };
  /** The seqs of the lines, with how many places each has, of events given oldest first. */
  const hits = (words: string[], ...events: EventEnvelope[]): string[] => {
    const all = new Hits(words, summarize);
    for (const one of events.toReversed()) all.add(one);
    return all.all.map(hit => `${hit.event.seq}×${hit.places}`);
  };

  it('is whatever tells of a call, shown by the line that says what was called', () => {
    const blocks = [{ type: 'tool_use', id: 't1', name: 'Bash' }];
    const use = event(1, 'tool.use', { ...id, toolName: 'Bash', input: { command: 'ls' } });
    const rest = [
      event(2, 'tool.result', { ...id, toolName: 'Bash' }),
      event(3, 'message.assistant', { text: '', blocks }),
      event(4, 'tool.batch', { toolUseIds: ['t1'] }),
    ];
    expect(hits(['bash'], use, ...rest)).toEqual(['1×4']);
    expect(hits(['bash'], event(5, 'tool.use', id, 's2'), ...rest)).toEqual(['2×3', '5×1']);
  });

  it('is shown by a line that has all of the words, if there is one', () => {
    const use = event(1, 'tool.use', { ...id, toolName: 'Bash', input: { command: 'ls' } });
    const failed = event(2, 'tool.result', { ...id, toolName: 'Bash', success: false, error: 'ENOENT' });
    expect(hits(['bash', 'enoent'], use, failed)).toEqual(['2×2']);
  });

  it('is a message with words of its own, whatever it calls', () => {
    const blocks = [{ type: 'tool_use', id: 't1', name: 'Bash' }];
    expect(
      hits([], event(1, 'message.assistant', { text: 'Hm.', blocks }), event(2, 'tool.use', id)),
    ).toEqual(['2×1', '1×1']);
  });
});

describe('what a line shows', () => {
  const of = (data: Record<string, unknown>, words: string[], room = 80): string =>
    shown(
      { type: 'tool.use', timestamp: 0, sessionId: 's', source: 'x', seq: 1, data },
      words,
      room,
      text => `<${text}>`,
    );
  it.each([
    ['every occurrence, also where they overlap', { toolName: 'Banana' }, ['ana', 'an'], 'B<anana>'],
    ['other letters', { toolName: 'ПРИВЕТ' }, ['привет'], '<ПРИВЕТ>'],
    [
      'a nested field',
      { toolName: 'A', input: { command: 'c', list: [{ deep: 'the needle' }] } },
      ['needle'],
      'A c · deep: the <needle>',
    ],
    [
      'the name of a field',
      { toolName: 'A', input: { command: 'c', needle: 7 } },
      ['needle'],
      'A c · <needle>: 7',
    ],
    ['a number', { toolName: 'A', input: { command: 'c', n: 1234 } }, ['23'], 'A c · n: 1<23>4'],
    ['nothing where the payload has it', { toolName: 'A' }, ['needle'], 'A'],
    ['the type', { toolName: 'A' }, ['tool'], 'A'],
  ])('marks %s', (_what, data, words, line) => {
    expect(of(data, words)).toBe(line);
  });

  it('keeps to the room there is', () => {
    const data = {
      toolName: 'Bash',
      input: { command: 'c'.repeat(500), env: `${'a'.repeat(400)}needle${'b'.repeat(400)}` },
    };
    for (const room of [20, 40, 43, 50, 80, 200]) {
      const plain = of(data, ['needle'], room).replace(/[<>]/g, '');
      expect(plain.length).toBeLessThanOrEqual(room);
      expect(plain.includes('needle')).toBe(true);
    }
  });
});

it('spans that share an end share no event', () => {
  const now = Date.UTC(2027, 0, 2);
  const span = (since?: string, until?: string): Record<string, string> =>
    spanOf(
      since ? parseWhen('--since', since) : undefined,
      until ? parseWhen('--until', until) : undefined,
      now,
    );
  expect(span('10', '20')).toEqual({ after: '10', before: '21' });
  expect(span('1d', '2027-01-01T12:00Z')).toEqual({
    since: String(Date.UTC(2027, 0, 1)),
    until: String(Date.UTC(2027, 0, 1, 12)),
  });
  expect(span('9999w')).toEqual({ since: '0' });
  expect(span()).toEqual({});
});

it('a day that is typed counts whole, as it is where it is typed', () => {
  const here = process.env['TZ'];
  process.env['TZ'] = 'America/New_York';
  try {
    const day = Date.UTC(2026, 10, 20, 5);
    expect(parseWhen('--since', '2026-11-20')).toEqual({ at: day });
    expect(parseWhen('--until', '2026-11-20')).toEqual({ at: day + 24 * 3600_000 });
    expect(parseMoment('--since', '2026-11-20', 0)).toBe(day);
    expect(parseWhen('--since', '2026-11-20T00:00')).toEqual({ at: day });
    expect(() => parseWhen('--since', '2026-11-31')).toThrow('--since is "2026-11-31", but it must be');
  } finally {
    if (here === undefined) delete process.env['TZ'];
    else process.env['TZ'] = here;
  }
});
