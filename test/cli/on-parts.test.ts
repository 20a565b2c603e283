// The parts of `hookline on` that need no daemon: expressions, variables, the ledger, waits between tries.
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Ledger, type Settled } from '../../src/cli/on/ledger.ts';
import { DONE, INTERRUPTED, type Outcome, withRetries } from '../../src/cli/on/outcome.ts';
import { environmentFor } from '../../src/cli/on/variables.ts';
import { compileWhere } from '../../src/cli/on/where.ts';
import type { EventEnvelope } from '../../src/protocol/index.ts';

function event(data: Record<string, unknown>, rest: Partial<EventEnvelope> = {}): EventEnvelope {
  return { type: 'tool.result', timestamp: 1, sessionId: 's1', source: 'test', seq: 5, data, ...rest };
}

describe('--where', () => {
  const odd: string[] = [];
  const holds = (text: string, data: Record<string, unknown>): boolean =>
    compileWhere(text, (_, why) => odd.push(why))(event(data));

  it.each([
    ['data.success == false', { success: false }, true],
    ['data.success == false', { success: true }, false],
    ['data.success == false', {}, false],
    ['data.durationMs > 1000 && data.toolName == "Bash"', { durationMs: 1500.5, toolName: 'Bash' }, true],
    ['data.durationMs > 1000', { durationMs: 1000 }, false],
    ['data.toolName in ["Bash", "Read"]', { toolName: 'Read' }, true],
    ['data.tool_input.command.contains("rm -rf")', { tool_input: { command: 'sudo rm -rf /' } }, true],
    ['data.toolName.matches("^mcp__")', { toolName: 'mcp__git__log' }, true],
    ['has(data.error) || !data.success', { success: false }, true],
    ['!has(data.error)', {}, true],
    ['data.a.b.c == 1', { a: {} }, false],
    ['topic == "tool.result" && sessionId == "s1" && agentId == "" && seq >= 5', {}, true],
    ['event.type == "tool.result"', {}, true],
    ['data.list.exists(one, one == "x")', { list: ['y', 'x'] }, true],
    ['data.__proto__ == 1 || data.constructor == 1', {}, false],
    ['data.value', { value: true }, true],
    ['data.input.constructor == "x"', { input: { constructor: 'x' } }, true],
    ['has(data.input.command)', { constructor: 1, input: { constructor: { a: [1] } } }, false],
    ['data.input.__proto__.a == 1', { input: JSON.parse('{"__proto__":{"a":1},"constructor":2}') }, true],
    ['"toString" in data.input || "valueOf" in data', { input: { constructor: 2 } }, false],
  ])('%s of %j is %s', (text, data, expected) => {
    expect(holds(text, data)).toBe(expected);
  });

  it('without an answer is a no, told once', () => {
    odd.length = 0;
    const where = compileWhere('data.n > 5', ({ seq }, why) => odd.push(`${seq}: ${why}`));
    expect([where(event({ n: 'text' })), where(event({ n: 'text' })), where(event({ n: 6 }))]).toEqual([
      false,
      false,
      true,
    ]);
    expect(odd).toEqual(['5: no such overload: dyn<string> > int']);
    expect(holds('data.n', { n: 'text' })).toBe(false);
    expect(odd.at(-1)).toBe('it gives something else than true or false');
  });

  it.each([
    ['data.success = true', 'unexpected character: = (column 14); equality is =='],
    ['data.success == ', '(column 17)'],
    ['sucess == true', 'unknown variable: sucess (column 1); there are topic, data,'],
    ['type == "tool.use"', "an event's type is called topic here"],
    ['"unclosed', 'unterminated string (column 1)'],
    ['data.n + 1', 'gives'],
    ['topic', 'gives string, but it must give true or false'],
    ['data.nope()', '(column 1)'],
  ])('%s is refused', (text, words) => {
    expect(() => holds(text, {})).toThrow(words);
  });

  it('of any text never does anything but say yes, no, or what is wrong with it', () => {
    const word = fc.constantFrom(
      'data',
      '.',
      'x',
      '==',
      '"a"',
      '(',
      ')',
      '!',
      '&&',
      '||',
      '1',
      '[',
      ']',
      'event',
      '?',
      ':',
      'in',
      '__proto__',
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(word, { maxLength: 8 }).map(words => words.join(' ')),
    );
    fc.assert(
      fc.property(text, fc.object(), (one, data) => {
        let where: ReturnType<typeof compileWhere>;
        try {
          where = compileWhere(one, () => {});
        } catch (error) {
          expect([one, error]).toMatchObject([one, { name: 'UsageError' }]);
          return;
        }
        expect(typeof where(event(data))).toBe('boolean');
      }),
      { numRuns: 2000 },
    );
  });
});

describe('the variables of an event', () => {
  const of = (
    data: Record<string, unknown>,
    base: Record<string, string> = {},
  ): Record<string, string | undefined> => ({
    ...environmentFor(event(data), 'e1', base),
  });

  it('are its scalar fields, also the nested ones', () => {
    expect(
      of({
        toolName: 'Bash',
        success: false,
        ms: 1.5,
        none: null,
        list: [1],
        tool_input: { command: 'ls', deep: { er: { no: 1 }, a: 'x' } },
      }),
    ).toEqual({
      HOOKLINE_TYPE: 'tool.result',
      HOOKLINE_SEQ: '5',
      HOOKLINE_EPOCH: 'e1',
      HOOKLINE_TIMESTAMP: '1',
      HOOKLINE_SESSION_ID: 's1',
      HOOKLINE_SOURCE: 'test',
      HOOKLINE_DATA_TOOL_NAME: 'Bash',
      HOOKLINE_DATA_SUCCESS: 'false',
      HOOKLINE_DATA_MS: '1.5',
      HOOKLINE_DATA_TOOL_INPUT_COMMAND: 'ls',
      HOOKLINE_DATA_TOOL_INPUT_DEEP_A: 'x',
    });
  });

  it('keep what was there, except those of another event', () => {
    const base = { PATH: '/bin', HOOKLINE_HOME: '/h', HOOKLINE_DATA_PROMPT: 'old', HOOKLINE_AGENT_ID: 'old' };
    const all = of({}, base);
    expect(all).toMatchObject({ PATH: '/bin', HOOKLINE_HOME: '/h' });
    expect(all).not.toHaveProperty('HOOKLINE_DATA_PROMPT');
    expect(all).not.toHaveProperty('HOOKLINE_AGENT_ID');
  });

  it('have no character a terminal obeys, but lines and tabs', () => {
    expect(of({ a: '\u0000a\u001b[31m\tb\nc\u009b\u007f' })['HOOKLINE_DATA_A']).toBe('a[31m\tb\nc');
  });

  it('have a bound, and say so when they reach it', () => {
    const long = of({ a: 'ä'.repeat(10_000) });
    expect(Buffer.byteLength(long['HOOKLINE_DATA_A'] ?? '')).toBe(8192);
    expect(long['HOOKLINE_TRIMMED']).toBe('1');
    const many = of(Object.fromEntries(Array.from({ length: 5000 }, (_, n) => [`k${n}`, 'x'.repeat(50)])));
    expect(Buffer.byteLength(Object.entries(many).join('\n'))).toBeLessThan(70_000);
    expect(many['HOOKLINE_TRIMMED']).toBe('1');
  });

  it('of any event are taken by the system as they are', () => {
    const key = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'a=b', 'toolName', 'ключ', ''));
    const value = fc.oneof(fc.string({ unit: 'binary' }), fc.boolean(), fc.double(), fc.object());
    fc.assert(
      fc.property(fc.dictionary(key, value), data => {
        const env = environmentFor(event(data), 'e1', {});
        for (const [name, text] of Object.entries(env)) {
          expect(name).toMatch(/^HOOKLINE_[A-Z0-9_]+$/);
          expect(text).not.toContain('\0');
        }
      }),
      { numRuns: 500 },
    );
    const env = environmentFor(event({ a: '\ud800 x $(id) `id` \n \u0000', b: 'y'.repeat(9000) }), 'e1', {
      PATH: process.env['PATH'] ?? '',
      HOME: '/nowhere',
    });
    expect(
      execFileSync('sh', ['-c', 'printf %s "$HOOKLINE_DATA_A"'], {
        env: env as NodeJS.ProcessEnv,
      }).toString(),
    ).toBe('\ufffd x $(id) `id` \n ');
  });
});

describe('the ledger', () => {
  it('never passes what is not done, and never forgets what is done behind it', () => {
    const seqs = fc.shuffledSubarray(
      Array.from({ length: 12 }, (_, n) => n + 1),
      { minLength: 12 },
    );
    fc.assert(
      fc.property(
        seqs,
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 0, max: 11 }),
        (order, width, crash) => {
          const epoch = 'e1';
          let saved: Settled = { epoch, seq: 0, ahead: [] };
          const handled: number[] = [];
          for (const steps of [crash, 100]) {
            const ledger = new Ledger(saved);
            const running: number[] = [];
            let next = saved.seq;
            for (let step = 0; step < steps; step++) {
              while (running.length < width && next < 12) {
                next++;
                if (ledger.has({ epoch, seq: next })) continue;
                ledger.begin({ epoch, seq: next });
                running.push(next);
              }
              const done = order.find(seq => running.includes(seq));
              if (done === undefined) break;
              running.splice(running.indexOf(done), 1);
              handled.push(done);
              ledger.end({ epoch, seq: done });
              saved = ledger.settled({ epoch, seq: next });
            }
          }
          expect(handled.sort((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, n) => n + 1));
          expect(saved).toEqual({ epoch, seq: 12, ahead: [] });
        },
      ),
    );
  });

  it('begins anew with another epoch', () => {
    const ledger = new Ledger({ epoch: 'e1', seq: 3, ahead: [5] });
    expect([ledger.has({ epoch: 'e1', seq: 5 }), ledger.has({ epoch: 'e2', seq: 5 })]).toEqual([true, false]);
    ledger.begin({ epoch: 'e1', seq: 4 });
    expect(ledger.settled({ epoch: 'e2', seq: 9 })).toEqual({ epoch: 'e2', seq: 9, ahead: [] });
    ledger.begin({ epoch: 'e2', seq: 10 });
    ledger.end({ epoch: 'e1', seq: 4 });
    expect(ledger.settled({ epoch: 'e2', seq: 12 })).toEqual({ epoch: 'e2', seq: 9, ahead: [] });
  });
});

describe('further tries', () => {
  const failed = (afterMs?: number): Outcome => ({
    kind: 'failed',
    why: 'no',
    again: true,
    ...(afterMs === undefined ? {} : { afterMs }),
  });
  const stop = new AbortController();

  async function waits(
    outcomes: Outcome[],
    count: number,
    signal = stop.signal,
  ): Promise<[Outcome, number[]]> {
    const asked: number[] = [];
    const outcome = await withRetries(async () => outcomes.shift() ?? DONE, {
      count,
      stop: signal,
      baseMs: 2,
      random: () => 0.5,
      onRetry: (_, ms) => asked.push(ms),
    });
    return [outcome, asked];
  }

  it('wait longer and longer, and as long as they are asked to', async () => {
    expect(await waits([failed(), failed(), failed(30), failed()], 10)).toEqual([DONE, [2, 3, 30, 12]]);
  });

  it('end after so many, at once when nothing can help, and when it is to stop', async () => {
    expect(await waits([failed(), failed(), failed()], 2)).toEqual([failed(), [2, 3]]);
    const final: Outcome = { kind: 'failed', why: 'gone', again: false };
    expect(await waits([final], 9)).toEqual([final, []]);
    expect(await waits([failed(60_000)], 9, AbortSignal.abort())).toEqual([INTERRUPTED, [60_000]]);
  });
});
