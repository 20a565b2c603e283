// What is printed fits the terminal, however narrow it is and however wide its characters are; ids stay whole.
import pc from 'picocolors';
import { describe, expect, it, test } from 'vitest';
import { sessionTable } from '../../src/cli/sessions/table.ts';
import { headLines } from '../../src/cli/show/head.ts';
import { storyLines } from '../../src/cli/show/lines.ts';
import type { AgentRun, ToolStep, Turn } from '../../src/cli/show/story.ts';
import { statsLines } from '../../src/cli/stats/tables.ts';
import { eventLine, Order } from '../../src/cli/text/event-line.ts';
import { Labels } from '../../src/cli/text/labels.ts';
import { facts } from '../../src/cli/text/table.ts';
import { cutFront, cutTo, displayWidth, flow, wrap } from '../../src/cli/text/width.ts';
import { usageTable } from '../../src/cli/usage/tables.ts';
import { EVENT_EXAMPLES, type EventType, exampleEvent, type SessionState } from '../../src/protocol/index.ts';

const NOW = 1_795_189_012_000;
const DAY = 86_400_000;
const ESC = '\u001b';
const WIDTHS = [40, 50, 60, 72, 79, 80, 99, 100, 120];
const types = Object.keys(EVENT_EXAMPLES) as EventType[];

/** A ruler of its own, for these characters. */
const columns = (line: string): number =>
  [...line].reduce((sum, one) => sum + (/[\u3000-\u9fff\uff00-\uffef👩📦]/u.test(one) ? 2 : 1), 0);
const fits = (lines: readonly string[], width: number): void => {
  for (const line of lines) expect(columns(line), line).toBeLessThanOrEqual(width);
};
/** Text of somebody who writes Japanese, or in boxes. */
const WIDE = '注文の合計を四捨五入する'.repeat(20);
const BOXES = 'ship 📦 to 👩 '.repeat(40);

const used = { input: 1e6, output: 123_456, cacheRead: 45e6, cacheCreation: 1e6, costUsd: 1234.56 };
const session = (sessionId: string, more: Partial<SessionState> = {}): SessionState => ({
  sessionId,
  source: 'claude-code',
  cwd: '/home/dev/a-project-with-a-rather-long-name',
  project: '/home/dev/a-project-with-a-rather-long-name',
  state: 'waiting_permission',
  stateSince: NOW - 65_000,
  pendingPermission: { toolName: 'Bash', what: WIDE, since: NOW },
  currentTools: [],
  lastTools: [],
  startedAt: NOW - 100_000,
  lastActivityAt: NOW - 1000,
  counts: { prompts: 1, turns: 1, tools: 1, failures: 0 },
  usage: used,
  ...more,
});

describe.each(WIDTHS)('in %i columns', width => {
  const style = { colors: pc.createColors(false), columns: width, now: NOW };

  test('the line of an event', () => {
    const labels = new Labels();
    for (const type of types)
      for (const timestamp of [NOW, NOW - DAY, NOW - 400 * DAY]) {
        const data = { ...exampleEvent(type).data, cwd: '/home/dev/長い名前のプロジェクト' };
        const event = { ...exampleEvent(type), timestamp, agentId: 'a917fd29', data };
        const order = new Order();
        order.isLate(NOW + 5000);
        const line = eventLine(event, { ...style, labels, order });
        fits([line], width);
        if (event.sessionId !== '') expect(line).toContain(`${event.sessionId.slice(0, 4)}›a917`);
        for (const words of [WIDE, BOXES])
          fits(
            [eventLine({ ...event, data: { ...data, prompt: words, text: words } }, { ...style, labels })],
            width,
          );
      }
  });

  test('the table of sessions', () => {
    const sessions = [session('8dd92b6f-83dd'), session('f0ab33e9-68b4', { state: 'tool_running' })];
    for (const some of [sessions, [...sessions, session('77aa', { name: WIDE })]]) {
      const lines = sessionTable({ sessions: some, agents: [] }, style);
      fits(lines, width);
      expect(lines.join('\n')).toContain('·8dd92b6f');
      expect(lines.join('\n')).toContain('·f0ab33e9');
      expect(lines.join('\n')).toContain('may it run Bash');
    }
  });

  test('a story and its head', () => {
    const agent = (steps: AgentRun['steps']): AgentRun => ({
      ...{ kind: 'agent', at: NOW, agentId: 'a1', agentType: 'general-purpose', description: WIDE },
      ...{ steps, used },
    });
    const call: ToolStep = {
      ...{ kind: 'tool', at: NOW, toolUseId: 't', toolName: 'Bash', what: BOXES, agents: [] },
      ...{ outcome: 'failed', durationMs: 5000, error: WIDE },
    };
    const deep = agent([agent([agent([agent([{ kind: 'said', at: NOW, by: 'agent', text: WIDE }, call])])])]);
    const turn: Turn = {
      ...{ kind: 'turn', at: NOW, prompt: WIDE, outcome: 'failed', error: WIDE, steps: [call, deep], used },
    };
    fits(storyLines([turn], style), width);
    const about = { sessionId: '8dd92b6f-83dd', gitBranch: 'fix/line-rounding', version: '2.1.329' };
    const head = headLines(
      { about, session: session('8dd92b6f-83dd'), usage: { totals: used, byModel: {} } },
      style,
    );
    fits(head, width);
    expect(head.join('\n')).toContain('·8dd92b6f');
    expect(head.join(' ')).toContain('1 prompt, 1 tool, 0 failed');
  });

  test.skipIf(width < 60)('what was done', () => {
    const times = { fastestMs: 12, medianMs: 1400, slowestMs: 7_200_000, timed: 9000 };
    const counts = { calls: 12_345, failed: 678, interrupted: 9, denied: 1, failureRate: 0.0549 };
    const lines = statsLines(
      {
        zone: 'UTC',
        tools: [WIDE, 'mcp__a-server-with-a-rather-long-name__a_tool_of_it'].map(tool => ({
          ...{ tool, ...counts, ...times },
        })),
        hours: [{ day: '2026-11-20', hour: 23, prompts: 1, calls: 1, failed: 0 }],
        errors: [{ event: 'turn.failed', kind: WIDE, count: 12_345 }],
        projects: [{ ...used, project: `/home/${WIDE}`, models: [] }],
        weekdays: [{ ...used, weekday: 3 }],
      },
      style,
    );
    fits(lines, width);
    expect(lines.join('\n')).toMatch(/12,345 +678 +5\.5 % +12ms +1\.4s +2h/);
  });

  test.skipIf(width < 60)('the table of what was used', () => {
    const lines = [
      { key: '/home/dev/a-project-with-a-rather-long-name/packages/checkout', used },
      { key: WIDE, id: '8dd92b6f', used },
    ];
    const table = usageTable('SESSION', lines, [{ key: 'in all', used }], style);
    fits(table, width);
    expect(table[1]).toMatch(/checkout /);
    expect(table[2]).toContain('·8dd92b6f');
  });

  test('facts, whose values go on below', () => {
    const value = 'installed in /home/dev/.claude/settings.json, and put in with: hookline install';
    const lines = facts([[{ text: 'hooks' }, { text: value }]], width);
    fits(lines, width);
    expect(
      lines
        .map(line => line.trim())
        .join(' ')
        .replace(/^hooks +/, ''),
    ).toBe(value);
  });
});

describe('in no terminal', () => {
  const style = { colors: pc.createColors(false), columns: undefined, now: NOW };

  it('nothing is cut', () => {
    const event = { ...exampleEvent('prompt.submitted'), data: { prompt: WIDE.repeat(20) } };
    expect(eventLine(event, { ...style, labels: new Labels() })).toContain(WIDE.repeat(20));
    const named = session('77aa', { name: WIDE });
    const [, line] = sessionTable({ sessions: [named], agents: [] }, style);
    expect(line).toContain(`may it run Bash ${WIDE}?`);
    expect(line).toContain(WIDE);
    const said = { kind: 'said', at: NOW, by: 'agent', text: BOXES } as const;
    const turn: Turn = { kind: 'turn', at: NOW, prompt: WIDE, outcome: 'open', steps: [said], used };
    expect(storyLines([turn], style).join('\n')).toContain(BOXES.trim());
  });
});

describe('a line that runs backwards in time', () => {
  const style = { columns: 80, labels: new Labels(), now: NOW };
  const at = (timestamp: number, order: Order, colors = pc.createColors(false)): string =>
    eventLine({ ...exampleEvent('prompt.submitted'), timestamp }, { ...style, colors, order });

  it('has a mark, and its own time', () => {
    const order = new Order();
    const marked = [0, 60_000, 1000, 60_400, 60_000].map(ms => at(NOW - 60_000 + ms, order).slice(8, 10));
    expect(marked).toEqual(['  ', '  ', '↶ ', '  ', '  ']);
  });

  it('of another day says so', () => {
    const order = new Order();
    at(NOW, order);
    expect(at(NOW - DAY, order)).toMatch(/^\d\d-\d\d \d\d:\d\d↶ /);
    expect(at(NOW - 400 * DAY, order)).toMatch(/^\d{4}-\d\d-\d\d↶ /);
  });

  it('has its time in plain, not dim', () => {
    const order = new Order();
    const colors = pc.createColors(true);
    expect(at(NOW, order, colors)).toContain(`${ESC}[2m`);
    expect(at(NOW - 5000, order, colors).slice(8)).toMatch(new RegExp(`^${ESC}\\[33m↶`));
  });
});

describe('texts', () => {
  it('are measured as terminals draw them', () => {
    expect(
      ['abc', '日本', '👩‍💻', 'e\u0301', '𠀀', '❤\ufe0f', 'ｆ', '\u001b[31mred\u001b[39m'].map(displayWidth),
    ).toEqual([3, 4, 4, 1, 2, 2, 2, 3]);
  });

  it('are cut where they fit', () => {
    expect([6, 5, 4, 3, 2, 1, 0].map(room => cutTo('日本語', room))).toEqual([
      '日本語',
      '日本…',
      '日…',
      '日…',
      '…',
      '…',
      '',
    ]);
    expect([12, 11, 5].map(room => cutFront('/日本/src/a.ts', room))).toEqual([
      '…本/src/a.ts',
      '…/src/a.ts',
      '…a.ts',
    ]);
    expect(cutFront('short', 5)).toBe('short');
  });

  it('are broken between words, a path never', () => {
    expect(wrap('put in /a/very/long/path now', 10)).toEqual(['put in', '/a/very/long/path', 'now']);
    expect(flow(['one', 'two', 'three'], ' · ', 9)).toEqual(['one · two', 'three']);
    expect(flow(['one', 'two'], ' · ', undefined)).toEqual(['one · two']);
  });
});
