// Where a value comes from when several places name it: flag > environment > config.json > default.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { TICKET_MS } from '../../src/auth/index.ts';
import { loadConfig } from '../../src/config/index.ts';
import { LIMITS } from '../../src/protocol/index.ts';

let home: string;
beforeEach(() => {
  home = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-config-'));
  return () => fs.rmSync(home, { recursive: true });
});

const write = (content: unknown): void =>
  fs.writeFileSync(
    path.join(home, 'config.json'),
    typeof content === 'string' ? content : JSON.stringify(content),
  );

describe('precedence', () => {
  const table = [
    { file: undefined, env: undefined, flag: undefined, port: 3838 },
    { file: 1001, env: undefined, flag: undefined, port: 1001 },
    { file: 1001, env: '1002', flag: undefined, port: 1002 },
    { file: 1001, env: '1002', flag: '1003', port: 1003 },
    { file: undefined, env: '1002', flag: '0', port: 0 },
    { file: 1001, env: '', flag: undefined, port: 1001 },
  ];
  for (const { file, env, flag, port } of table) {
    it(`port is ${port} for flag ${flag}, environment ${env} and file ${file}`, () => {
      if (file !== undefined) write({ port: file });
      const config = loadConfig({
        env: { HOOKLINE_HOME: home, HOOKLINE_PORT: env },
        flags: flag === undefined ? {} : { port: flag },
      });
      expect(config.port).toBe(port);
    });
  }

  it('a bad value is refused, also where a stronger one is used', () => {
    const start = (file: unknown, env: string | undefined, flag: string | undefined): unknown => {
      write({ port: file });
      return loadConfig({
        env: { HOOKLINE_HOME: home, HOOKLINE_PORT: env },
        flags: flag === undefined ? {} : { port: flag },
      });
    };
    expect(() => start(99_999, undefined, '0')).toThrow('config.json: "port"');
    expect(() => start('x', '0', undefined)).toThrow('config.json: "port"');
    expect(() => start(1001, 'x', '0')).toThrow('HOOKLINE_PORT');
  });

  it('switches turn both ways: a flag switches off what the file has on, the environment on what the file has off', () => {
    write({ store: false, hooks: true });
    const config = loadConfig({
      env: { HOOKLINE_HOME: home, HOOKLINE_STORE: 'true' },
      flags: { hooks: false },
    });
    expect(config).toMatchObject({ store: true, hooks: false, auth: true });
  });
});

describe('defaults', () => {
  it('are those of the contract when nothing is configured', () => {
    const config = loadConfig({ env: {}, homedir: home });
    expect(config).toMatchObject({
      home: path.join(home, '.hookline'),
      claudeDir: path.join(home, '.claude'),
      host: '127.0.0.1',
      port: 3838,
      store: true,
      auth: true,
      hooks: true,
      ringEvents: 10_000,
      retentionDays: 30,
      retentionBytes: 2 ** 30,
      redact: true,
      trim: true,
      // By number: what was promised must not move along with the constants.
      limits: {
        clientFrameBytes: 65_536,
        hookBodyBytes: 16_777_216,
        patternsPerConnection: 200,
        connections: 1000,
        socketBacklogBytes: 262_144,
        slowReaderMs: 30_000,
        positionEveryMs: 15_000,
        pingEveryMs: 30_000,
        pongTimeoutMs: 10_000,
        rateWindowMs: 10_000,
        rateMessages: 100,
        rateMessagesClose: 200,
      },
    });
    expect(config.limits).toEqual(LIMITS);
    expect(TICKET_MS).toBe(30_000);
  });
});

describe('paths', () => {
  it('are made absolute, and ~ is the home directory', () => {
    const config = loadConfig({
      env: { HOOKLINE_HOME: '~/state', CLAUDE_CONFIG_DIR: 'agents/../claude' },
      homedir: home,
    });
    expect(config.home).toBe(path.join(home, 'state'));
    expect(config.claudeDir).toBe(path.resolve('claude'));
  });
});

describe('config.json', () => {
  it('may have comments, a trailing comma and a byte order mark', () => {
    write('\uFEFF{\n  // the port of my team\n  "port": 4000,\n  "limits": { "connections": 7 },\n}');
    const config = loadConfig({ env: { HOOKLINE_HOME: home } });
    expect(config.port).toBe(4000);
    expect(config.limits).toEqual({ ...LIMITS, connections: 7 });
  });

  it('lists come as JSON arrays, or comma-separated from the environment', () => {
    write({ allowedHosts: ['box.lan:3838'] });
    const config = loadConfig({
      env: { HOOKLINE_HOME: home, HOOKLINE_ALLOWED_ORIGINS: 'https://box.lan, http://other:8080' },
    });
    expect(config.allowedHosts).toEqual(['box.lan:3838']);
    expect(config.allowedOrigins).toEqual(['https://box.lan', 'http://other:8080']);
  });
});
