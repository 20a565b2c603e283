// A configuration that cannot be used says in one line where the value is, what it is and what is allowed.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  ConfigError,
  configReference,
  type Flags,
  isLoopback,
  LIMIT_OPTIONS,
  loadConfig,
  OPTIONS,
} from '../../src/config/index.ts';

let home: string;
let file: string;
beforeEach(() => {
  home = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-config-'));
  file = path.join(home, 'config.json');
  return () => fs.rmSync(home, { recursive: true });
});

function refusal(sources: { env?: Record<string, string>; flags?: Flags; content?: string }): string {
  if (sources.content !== undefined) fs.writeFileSync(file, sources.content);
  try {
    loadConfig({ env: { HOOKLINE_HOME: home, ...sources.env }, flags: sources.flags ?? {} });
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as Error).message).not.toContain('\n');
    return (error as Error).message;
  }
  throw new Error('the configuration was accepted');
}

describe('a bad value is named with its source', () => {
  it.each(['abc', '65536', '-1', '3838.5', '1e3', '0x10', ' '])('flag --port %j', value => {
    expect(refusal({ flags: { port: value } })).toBe(
      `--port is ${JSON.stringify(value)}, but it must be a whole number from 0 to 65535`,
    );
  });

  it('environment variable', () => {
    expect(refusal({ env: { HOOKLINE_LOG_LEVEL: 'loud' } })).toBe(
      'HOOKLINE_LOG_LEVEL is "loud", but it must be one of debug, info, warn, error, silent',
    );
    expect(refusal({ env: { HOOKLINE_HOST: 'http://127.0.0.1:3838' } })).toContain(
      'HOOKLINE_HOST is "http://127.0.0.1:3838"',
    );
  });

  it('key of config.json', () => {
    expect(refusal({ content: '{"port": "3838"}' })).toBe(
      `${file}: "port" is "3838", but it must be a whole number from 0 to 65535`,
    );
    expect(refusal({ content: '{"limits": {"connections": 0}}' })).toBe(
      `${file}: "limits.connections" is 0, but it must be a whole number from 1`,
    );
    expect(refusal({ content: '{"limits": []}' })).toContain('"limits" is []');
    expect(refusal({ content: '{"allowedOrigins": "https://a"}' })).toContain(
      '"allowedOrigins" is "https://a"',
    );
  });

  it.each([
    ['{}', '"budgets" is {}, but it must be a list of objects such as {"per": "day", "usd": 20'],
    ['[{"per": "week", "usd": 5}]', '"budgets" is wrong at [0].per: must be session, day or 5h; it must be'],
    ['[{"per": "day"}]', '"budgets" is wrong at [0].usd: must be a number of US dollars'],
    ['[{"per": "day", "usd": 0}]', '[0].usd: must be more than 0'],
    ['[{"per": "5h", "usd": 1, "project": ""}]', '[0].project: must be a glob of folders'],
    ['[{"per": "5h", "usd": 1, "projects": "a"}]', '[0]: Unrecognized key: "projects"'],
  ])('budgets: %s', (written, words) => {
    expect(refusal({ content: `{"budgets": ${written}}` })).toContain(words);
    if (written !== '{}')
      expect(refusal({ env: { HOOKLINE_BUDGETS: written } })).toContain('HOOKLINE_BUDGETS');
  });

  it.each([
    ['{"messages": {}}', '"messages" is {}, but it must be a list of rules such as {"from": "ci"'],
    ['{"messages": [{"to": "a"}]}', '"messages" is wrong at [0].allow: must be true or false; it must be'],
    [
      '{"messages": [{"allow": true}, {"allow": 1}]}',
      '"messages" is wrong at [1].allow: must be true or false',
    ],
    ['{"messages": [{"form": "a", "allow": true}]}', '"messages" is wrong at [0]: Unrecognized key: "form"'],
    ['{"messages": [{"to": "a b", "allow": true}]}', '[0].to: "a b" holds something that is in no address'],
    ['{"messages": [{"to": "{a", "allow": true}]}', '[0].to: "{a" has braces that are nested or not closed'],
    ['{"messages": [{"via": "smtp", "allow": true}]}', '[0].via: is no way in; there are http, cli, ws,'],
    ['{"messages": [{"via": "{a", "allow": true}]}', '[0].via: "{a" has braces'],
  ])('rules about messages: %s', (content, words) => {
    expect(refusal({ content })).toContain(words);
  });

  it('a long or wild value is cut and escaped', () => {
    const message = refusal({ env: { HOOKLINE_PORT: `\u001b[31m\n${'x'.repeat(500)}` } });
    expect(message).toMatch(/^HOOKLINE_PORT is "\\u001b\[31m\\nx+\.\.\., but/);
    expect(message.length).toBeLessThan(200);
  });
});

describe('ways in', () => {
  it.each([
    '{"unix": "/a", "to": "x"}',
    '[{"unix": "a.sock", "to": "x"}]',
    '[{"unix": "/a"}]',
    '[{"to": "x"}]',
    '[{"unix": "/a", "fifo": "/b", "to": "x"}]',
    '[{"unix": "/a", "to": "x", "form": "y"}]',
    '[{"unix": "/a", "to": "x", "from": "y z"}]',
    '[{"unix": "/a", "to": "x", "ttlMs": 1}]',
    '[{"unix": "/a", "to": "x"}, {"fifo": "/a", "to": "y"}]',
    '[{"mqtt": "plant/#@mqtt", "fifo": "/b", "to": "x"}]',
    '[{"mqtt": 5, "to": "x"}]',
  ])('%s is none, or not all of one', written => {
    expect(refusal({ content: `{"in": ${written}}` })).toContain(
      '; it must be a list such as [{"unix": "~/hookline.sock", "to": "backend"}',
    );
  });

  it('have absolute paths in the end', () => {
    fs.writeFileSync(
      file,
      '{"in": [{"unix": "~/a.sock", "to": "x"}, {"fifo": "/b/../c", "to": "y", "from": "ci"}]}',
    );
    expect(loadConfig({ env: { HOOKLINE_HOME: home }, homedir: '/home/dev' }).in).toEqual([
      { unix: '/home/dev/a.sock', to: 'x' },
      { fifo: '/c', to: 'y', from: 'ci' },
    ]);
  });
});

describe('an unknown key', () => {
  it('gets the key that was probably meant', () => {
    expect(refusal({ content: '{"prot": 1}' })).toBe(
      `${file}: "prot" is not a known key; did you mean "port"?`,
    );
    expect(refusal({ content: '{"limits": {"conections": 1}}' })).toBe(
      `${file}: "limits.conections" is not a known key; did you mean "limits.connections"?`,
    );
  });

  it('gets the list of keys when nothing is near', () => {
    expect(refusal({ content: '{"telemetry": true}' })).toMatch(
      /"telemetry" is not a known key; known keys: claudeDir, port, .*limits$/,
    );
  });

  it('home cannot be set in the file that lies in it', () => {
    expect(refusal({ content: '{"home": "/tmp"}' })).toContain('"home" is not a known key');
  });
});

describe('a file that cannot be used', () => {
  it('names line and column when it is no JSON', () => {
    expect(refusal({ content: '{\n  "port" 3838\n}' })).toBe(
      `${file} is not JSON: colon expected at line 2, column 10`,
    );
  });
  it('must be an object', () => {
    expect(refusal({ content: '[1]' })).toContain(`${file} must hold a JSON object`);
  });
  it('must be readable', () => {
    fs.mkdirSync(file);
    expect(refusal({})).toContain(`${file} cannot be read`);
  });
});

describe('no token without loopback', () => {
  it('is refused whichever way the host was set', () => {
    expect(refusal({ flags: { auth: false, host: '0.0.0.0' } })).toContain(
      '--no-auth works on a loopback address only',
    );
    expect(refusal({ flags: { auth: false }, env: { HOOKLINE_HOST: '192.168.1.5' } })).toContain(
      '192.168.1.5',
    );
    expect(refusal({ content: '{"auth": false, "host": "::"}' })).toContain('--no-auth');
  });
  it('is allowed on every loopback name', () => {
    for (const host of ['127.0.0.1', '127.9.9.9', 'localhost', '::1', '[::1]']) {
      expect(loadConfig({ env: { HOOKLINE_HOME: home }, flags: { auth: false, host } }).auth).toBe(false);
    }
  });
  it('knows names that only look like loopback', () => {
    for (const host of ['127.0.0.1.example.com', 'localhost.example.com', '0.0.0.0', '::', '128.0.0.1']) {
      expect(isLoopback(host)).toBe(false);
    }
    expect(isLoopback('::ffff:127.0.0.1')).toBe(true);
  });
});

describe('the reference', () => {
  it('has a row for every option and every limit', () => {
    const rows = configReference()
      .split('\n')
      .filter(line => line.startsWith('|')).length;
    expect(rows).toBe(2 + Object.keys(OPTIONS).length + Object.keys(LIMIT_OPTIONS).length);
  });
  it('every default passes its own check', () => {
    expect(() => loadConfig({ env: { HOOKLINE_HOME: home } })).not.toThrow();
    for (const option of Object.values(LIMIT_OPTIONS))
      expect(option.kind.schema.safeParse(option.fallback).success).toBe(true);
  });
});
