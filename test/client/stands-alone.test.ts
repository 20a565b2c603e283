// The library as it is published: no module but its own, no global that only Node has, examples that run.
import fs from 'node:fs';
import path from 'node:path';
import vm from 'node:vm';
import { describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { connect } from '../../src/client/index.ts';
import { startTestDaemon } from '../support/daemon.ts';
import { clientOf } from './support.ts';

const dist = path.join(import.meta.dirname, '../../dist');

/** Every module that loading one needs, with its code but no comments. */
function walk(file: string, seen = new Map<string, string>()): Map<string, string> {
  if (seen.has(file)) return seen;
  const text = fs.readFileSync(file, 'utf8');
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$|\s\/\/ .*$/gm, '');
  seen.set(file, code);
  for (const from of importsOf(code))
    if (from.startsWith('.')) walk(path.resolve(path.dirname(file), from), seen);
  return seen;
}

const importsOf = (code: string): string[] =>
  [...code.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*)['"]([^'"]+)['"]/g)].map(([, from]) => from ?? '');

describe('the built library', () => {
  const modules = walk(path.join(dist, 'client/index.js'));

  it('loads nothing but files of its own folder and the grammar of topics, by paths a browser can follow', () => {
    expect(modules.size).toBeGreaterThan(10);
    const others = [...modules.keys()].filter(file => path.dirname(file) !== path.join(dist, 'client'));
    expect(others.map(file => path.relative(dist, file)).sort()).toEqual([
      'protocol/limits.js',
      'protocol/topic-pattern.js',
    ]);
    for (const from of [...modules.values()].flatMap(importsOf))
      expect(from).toMatch(/^(?:\.|\.\.\/protocol)\/[\w-]+\.js$/);
  });

  it('uses no global that a browser lacks', () => {
    const foreign = /\b(?:process|Buffer|require|global|setImmediate|__dirname)\b/g;
    for (const [file, code] of modules) expect([file, code.match(foreign)]).toEqual([file, null]);
  });

  it('is small', () => {
    const bytes = [...modules.keys()].reduce((sum, file) => sum + fs.statSync(file).size, 0);
    expect(bytes).toBeLessThan(100_000);
  });
});

describe('the examples', () => {
  const room = path.join(import.meta.dirname, '../../src/client');
  const examples = fs.readdirSync(room).flatMap(name => {
    const code = fs.readFileSync(path.join(room, name), 'utf8');
    return [...code.matchAll(/@example\n([\s\S]*?)(?=\n\s*\*\s*(?:\n\s*\*\s*)?@|\n\s*\*\/)/g)].map(
      ([, text = ''], index) => [name, index + 1, text.replace(/^\s*\* ?/gm, '')] as const,
    );
  });

  it('are there', () => {
    expect(examples.length).toBeGreaterThan(5);
  });

  it.each(examples)('of %s, number %i, runs', async (_name, _number, code) => {
    const daemon = await startTestDaemon();
    const transcript_path = path.join(daemon.home, 'transcript.jsonl');
    fs.writeFileSync(transcript_path, '');
    await daemon.hook('SessionStart', { source: 'startup', transcript_path });
    await daemon.hook('PostToolUse', { tool_name: 'Bash', tool_response: 'ok', tool_use_id: 't0' });
    const said: unknown[][] = [];
    let over = false;
    const client = clientOf(daemon);
    const running = vm.runInNewContext(`(async () => { ${code.replaceAll(':3838', `:${daemon.port}`)} })()`, {
      client,
      connect: (options: Parameters<typeof connect>[0]) => connect({ ...options, WebSocket }),
      token: daemon.token,
      sessionId: 's1',
      console: { log: (...words: unknown[]) => said.push(words) },
    }) as Promise<void>;
    const done = running.finally(() => {
      over = true;
    });
    for (let n = 1; !over; n++) {
      const call = { tool_name: 'Bash', tool_input: {}, tool_use_id: `t${n}` };
      await daemon.hook('UserPromptSubmit', { prompt: 'go' });
      await daemon.hook('PreToolUse', call);
      await daemon.hook('PostToolUse', { ...call, tool_response: 'ok' });
      fs.appendFileSync(transcript_path, '{"type":"mode"}\n');
    }
    await done;
    if (!code.includes('listener')) expect(said.length).toBeGreaterThan(0);
    await daemon.stop();
  });
});
