// The agents' own register: what is read of it, what is never opened, and what odd files do to it.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { configDirOf } from '../../../src/agents/claude-code/watch/projects.ts';
import { SessionFiles } from '../../../src/agents/claude-code/watch/session-files.ts';

const recorded = fs.readFileSync(
  path.join(import.meta.dirname, '../../fixtures/register-entry.json'),
  'utf8',
);

let config: string;
let sessions: string;
beforeEach(() => {
  config = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-register-'));
  sessions = path.join(config, 'sessions');
  fs.mkdirSync(sessions);
});
afterEach(() => {
  vi.restoreAllMocks();
  fs.rmSync(config, { recursive: true, force: true });
});

const write = (name: string, text: string): void => fs.writeFileSync(path.join(sessions, name), text);
const entry = (pid: number, fields: object = {}): string =>
  JSON.stringify({ ...(JSON.parse(recorded) as object), pid, ...fields });

describe('the register', () => {
  test('tells of a process what the client wrote about it', () => {
    write('25139.json', recorded);
    expect(new SessionFiles(config).read()).toEqual([
      {
        pid: 25139,
        sessionId: '372b40b6-6685-413c-9e18-fd1712c045e5',
        procStart: '318842',
        pidDomain: 'linux:3d1219c7c4c5404aaa1f6d2a48adfda4:pid:[4026531836]',
        startedAt: 1795189186988,
        cwd: '/home/dev/project',
        version: '2.1.329',
        name: 'proj-d6',
        nameSource: 'derived',
        kind: 'interactive',
        entrypoint: 'cli',
        status: 'idle',
        statusUpdatedAt: 1795189365972,
        messagingSocketPath: '/tmp/cc-socks/25139.sock',
      },
    ]);
  });

  test('is unknown, not empty, where there is no folder', () => {
    expect(new SessionFiles(config).read()).toEqual([]);
    expect(new SessionFiles(path.join(config, 'nowhere')).read()).toBeUndefined();
  });

  test('never opens the keys that lie beside it, nor anything else', () => {
    write('25139.json', recorded);
    write('25139.706620f34cd6e800.key', 'the key');
    write('25139.706620f34cd6e800.key.tmp.2b503219', 'the key');
    write('25139.json.tmp', recorded);
    write('notes.json', recorded);
    const opened = vi.spyOn(fs, 'readFileSync');
    const looked = vi.spyOn(fs, 'statSync');
    expect(new SessionFiles(config).read()?.length).toBe(1);
    const files = [...opened.mock.calls, ...looked.mock.calls].map(([file]) => path.basename(String(file)));
    expect([...new Set(files)]).toEqual(['25139.json']);
  });

  test('follows a file that changes, and forgets one that is gone', () => {
    const register = new SessionFiles(config);
    write('7.json', entry(7, { status: 'busy' }));
    expect(register.read()?.[0]?.status).toBe('busy');
    write('7.json', entry(7, { status: 'waiting', waitingFor: 'permission prompt' }));
    expect(register.read()?.[0]).toMatchObject({ status: 'waiting', waitingFor: 'permission prompt' });
    fs.rmSync(path.join(sessions, '7.json'));
    expect(register.read()).toEqual([]);
  });

  test('keeps to what a file said before while it is half written', () => {
    const register = new SessionFiles(config);
    write('7.json', entry(7, { status: 'busy' }));
    register.read();
    write('7.json', entry(7, { status: 'idle' }).slice(0, 100));
    expect(register.read()?.[0]?.status).toBe('busy');
    write('7.json', entry(7, { status: 'idle' }));
    expect(register.read()?.[0]?.status).toBe('idle');
  });

  test('leaves out fields of an odd type, and files that are no entries', () => {
    write('7.json', entry(7, { status: 5, procStart: null, startedAt: 'yesterday', cwd: '' }));
    write('8.json', entry(9));
    write('10.json', '[]');
    write('11.json', JSON.stringify({ pid: 11 }));
    write('12.json', ' '.repeat(100_000));
    const entries = new SessionFiles(config).read();
    expect(entries?.length).toBe(1);
    expect(entries?.[0]).toMatchObject({ pid: 7, version: '2.1.329', status: undefined, cwd: undefined });
  });
});

test('the folder of a configuration is known by the transcripts in it', () => {
  expect(configDirOf('/home/dev/.claude/projects/-home-dev-project/8dd9.jsonl')).toBe('/home/dev/.claude');
  expect(configDirOf('/home/dev/elsewhere/8dd9.jsonl')).toBeUndefined();
  expect(configDirOf('projects/x/8dd9.jsonl')).toBeUndefined();
});
