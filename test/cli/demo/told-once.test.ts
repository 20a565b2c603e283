// The story told once from its beginning to its end, by a child process of a user who has settings and a hookline of their own.
import fs from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  EVENT_DATA,
  type EventEnvelope,
  isEventType,
  type SessionState,
} from '../../../src/protocol/index.ts';
import { type CliPlace, MAIN, makePlace, type Running, runCli } from '../../support/cli.ts';
import { type Announced, announced, contents } from '../../support/demo.ts';
import { hooklineOk } from '../../support/hookline.ts';
import { until } from '../../support/until.ts';

/** Settings and a configuration that the demo could not even read. */
function placeOfAUser(): CliPlace {
  const place = makePlace();
  fs.mkdirSync(place.hooklineHome);
  fs.writeFileSync(path.join(place.hooklineHome, 'config.json'), '{ "port": "no port at all" }');
  fs.mkdirSync(place.claudeDir);
  fs.writeFileSync(path.join(place.claudeDir, 'settings.json'), '{ not even JSON');
  return place;
}

describe('a story played once', () => {
  const place = placeOfAUser();
  const before = contents(place.home);
  let demo: Running;
  let inside: CliPlace;
  let told: Announced;
  let login: Response;
  let events: EventEnvelope[];

  beforeAll(async () => {
    // Neither a port that is set nor one that is taken matters to it.
    demo = runCli(place, ['demo', '--speed', '200', '--once', '--json'], { HOOKLINE_PORT: '1' });
    told = await announced(demo);
    login = await fetch(`${told.url}/api/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: told.url },
      body: JSON.stringify({ ticket: told.login.split('#ticket=')[1] }),
    });
    inside = { ...place, hooklineHome: told.home };
    await until('the story was over', () => demo.stderr().includes('The story is over'), 60_000);
    // What no hook tells comes from the transcripts, a few seconds later; the user's "no" is the last of it.
    events = await until('the transcripts were told to their end', async () => {
      const all = await allEvents();
      return all.some(({ type, data }) => type === 'turn.failed' && data['error'] === 'interrupted')
        ? all
        : undefined;
    });
  });

  async function allEvents(): Promise<EventEnvelope[]> {
    const found: EventEnvelope[] = [];
    for (;;) {
      const page = (await ask(`/api/events?after=${found.at(-1)?.seq ?? 0}&limit=1000`)) as {
        events: EventEnvelope[];
        hasMore: boolean;
      };
      found.push(...page.events);
      if (!page.hasMore) return found;
    }
  }

  async function ask(target: string): Promise<unknown> {
    const token = fs.readFileSync(path.join(told.home, 'token'), 'utf8').trim();
    const answer = await fetch(`${told.url}${target}`, { headers: { authorization: `Bearer ${token}` } });
    expect(answer.status).toBe(200);
    return answer.json();
  }

  const ofType = (type: string): EventEnvelope[] => events.filter(event => event.type === type);

  it('says where it is, how to log in and how to follow it', async () => {
    expect(demo.stderr()).toContain(told.url);
    expect(demo.stderr()).toContain(`HOOKLINE_HOME=${told.home} node ${fs.realpathSync(MAIN)} tail`);
    expect(demo.stderr()).toContain(told.login);
    expect(told.login.startsWith(`${told.url}/#ticket=`)).toBe(true);
    expect(login.status).toBe(200);
  });

  it('ends with sessions that are over, idle, idle for long, and one that needs its user', async () => {
    const { stdout } = await hooklineOk(inside, 'sessions', '--json');
    const { sessions } = JSON.parse(stdout) as { sessions: SessionState[] };
    const states = Object.fromEntries(sessions.map(({ cwd, state }) => [path.basename(cwd), state]));
    expect(states).toEqual({
      storefront: 'waiting_permission',
      'design-system': 'idle',
      'search-index': 'idle',
      ledger: 'idle',
      handbook: 'idle',
    });
    const handbook = sessions.find(({ cwd }) => cwd.endsWith('handbook'));
    expect(Date.now() - (handbook?.lastActivityAt ?? 0)).toBeGreaterThan(40 * 60_000);
  });

  it('every event is what its type promises', () => {
    expect(events.length).toBeGreaterThan(600);
    for (const { type, data, seq } of events) {
      expect(isEventType(type), `${type} at ${seq}`).toBe(true);
      if (!isEventType(type)) continue;
      const checked = EVENT_DATA[type].safeParse(data);
      expect(checked.error?.message, `${type} at ${seq}`).toBeUndefined();
    }
  });

  it('every call has one use and one result, but for the one that waits', () => {
    const uses = ofType('tool.use').map(({ data }) => data['toolUseId']);
    const results = ofType('tool.result').map(({ data }) => data['toolUseId']);
    expect(new Set(uses).size).toBe(uses.length);
    expect(new Set(results).size).toBe(results.length);
    expect(uses.filter(id => !results.includes(id))).toHaveLength(1);
    expect(results.filter(id => !uses.includes(id))).toEqual([]);
  });

  it('only what was before the daemon, and what no hook tells, was told after the fact', () => {
    const began = ofType('system.started')[0]?.timestamp ?? 0;
    // What only transcripts tell is late wherever the machine is too busy to read them in time.
    const late = events.filter(
      ({ type, data, timestamp }) =>
        data['recovered'] === true && timestamp > began && !/^(?:message|usage)\./.test(type),
    );
    expect(late.map(({ type }) => type).sort()).toEqual(['tool.result', 'tool.result', 'turn.failed']);
    const past = events.filter(({ timestamp }) => timestamp < began - 60_000);
    expect(past.length).toBeGreaterThan(60);
    expect(past.filter(({ data, source }) => source === 'claude-code' && data['recovered'] !== true)).toEqual(
      [],
    );
  });

  it('what a session used is what its messages say and what it accounts for itself', async () => {
    const transcripts = Object.entries(contents(path.join(told.home, 'claude', 'projects')));
    let accounts = 0;
    for (const [file, text] of transcripts) {
      const last = text
        .trim()
        .split('\n')
        .map(line => JSON.parse(line) as Record<string, unknown>)
        .at(-1);
      if (last?.['type'] !== 'cost-state') continue;
      const usage = (await ask(`/api/usage?sessionId=${path.basename(file, '.jsonl')}`)) as {
        costUsd: number;
        byModel: Record<string, { input: number; output: number; cacheRead: number; cacheCreation: number }>;
      };
      expect(usage.costUsd).toBeCloseTo(Number(last['totalCostUSD']), 9);
      const account = last['modelUsage'] as Record<string, Record<string, number>>;
      for (const [model, spent] of Object.entries(account)) {
        expect(usage.byModel[model]).toMatchObject({
          input: spent['inputTokens'],
          output: spent['outputTokens'],
          cacheRead: spent['cacheReadInputTokens'],
          cacheCreation: spent['cacheCreationInputTokens'],
        });
      }
      accounts++;
    }
    expect(accounts).toBe(6);
  });

  it('secrets in what tools print are not in the log', () => {
    const text = JSON.stringify(events);
    expect(text).toContain('[redacted:github-token:');
    expect(text).toContain('[redacted:url-password:');
    expect(text).not.toContain('not-a-real-password');
    expect(text).not.toContain('ghp_');
  });

  it('whatever is run with its HOOKLINE_HOME keeps away from the Claude Code of the user', async () => {
    const env = { ...inside.env, CLAUDE_CONFIG_DIR: '' };
    await hooklineOk({ ...inside, env }, 'install');
    expect(fs.existsSync(path.join(told.home, 'claude', 'settings.json'))).toBe(true);
    expect(contents(place.home)).toEqual(before);
  });

  it('Ctrl-C ends it, and nothing is left or was touched', async () => {
    expect(await demo.end()).toBe(0);
    expect(fs.existsSync(told.home)).toBe(false);
    expect(contents(place.home)).toEqual(before);
    expect(demo.lines()).toHaveLength(1);
    await expect(fetch(told.url)).rejects.toThrow();
  });
});
