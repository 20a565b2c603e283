// Wrong usage: exit code 2, one line on stderr that helps, nothing on stdout, nothing done.
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { MAIN, makePlace } from '../support/cli.ts';
import { hookline } from '../support/hookline.ts';

const place = makePlace();

async function refusal(args: readonly string[], env: Record<string, string> = {}): Promise<string> {
  const { code, stdout, stderr } = await hookline({ ...place, env: { ...place.env, ...env } }, ...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr.trimEnd()).not.toContain('\n');
  return stderr.trimEnd();
}

describe('wrong usage', () => {
  it.each([
    [['tial'], 'hookline: unknown command "tial"; did you mean tail?; see SELF --help'],
    [['statu'], 'did you mean status?'],
    [['help', 'nothing'], 'unknown command "nothing"; see SELF --help'],
    [['tail', '--jsn'], "unknown option '--jsn' (Did you mean --json?); see SELF tail --help"],
    [['--prot', '1'], "unknown option '--prot' (Did you mean --port?); see SELF start --help"],
    [
      ['start', 'now'],
      "too many arguments for 'start'. Expected 0 arguments but got 1; see SELF start --help",
    ],
    [['start', '--port'], "option '--port <number>' argument missing; see SELF start --help"],
    [
      ['start', '--port', 'http'],
      'hookline: --port is "http", but it must be a whole number from 0 to 65535',
    ],
    [['start', '--log-level', 'loud'], '--log-level is "loud"'],
    [['start', '--no-auth', '--host', '0.0.0.0'], '--no-auth works on a loopback address only'],
    [['install', '--scope', 'all'], 'Allowed choices are user, project, local; see SELF install --help'],
    [['install', '--also', 'Nonsense'], 'Nonsense'],
    [['tail', 'a..b'], 'topic pattern "a..b": has an empty segment; see SELF tail --help'],
    [['tail', '--since', 'yesterday'], '--since is "yesterday", but it must be a seq such as 120'],
    [['tail', '--raw', 'tool.*'], 'and "tool.*" can be none of them; try --raw PreToolUse'],
    [['search'], 'there is nothing to search for; give a word'],
    [
      ['search', 'x', '--topic', 'a..b'],
      'topic pattern "a..b": has an empty segment; see SELF search --help',
    ],
    [['search', 'x', '--until', 'noon'], '--until is "noon", but it must be a seq such as 120, a time ago'],
    [['search', 'x', '--limit', '0'], '--limit is "0", but it must be a whole number from 1 to 100000'],
    [['search', 'x'.repeat(1001)], 'the words are too long; 1000 characters are possible'],
    [['db'], 'say what to do (stats, vacuum, export, import); see SELF db --help'],
    [['db', 'expart'], 'there is no db "expart"; did you mean export? (stats, vacuum'],
    [['db', 'stats', '--jsn'], "unknown option '--jsn' (Did you mean --json?); see SELF db --help"],
    [['db', 'import'], "missing required argument 'file'"],
    [['db', 'export', '--since', 'noon'], '--since is "noon", but it must be a seq such as 120'],
    [['token', 'rotat'], 'there is no token "rotat"; did you mean rotate?; see SELF token --help'],
    [['token', 'revok', 'ci'], "too many arguments for 'token'"],
    [['token', 'revoke'], "missing required argument 'name'"],
    [['token', 'create'], '--name is missing: what the token is called, such as ci'],
    [['token', 'create', '--name', 'ci'], '--scopes is missing: what it is for, of read, send'],
    [['token', 'create', '--name', 'a b', '--scopes', 'send'], '--name: must be a letter'],
    [
      ['token', 'create', '--name', 'ci', '--scopes', 'send,control'],
      "--scopes: must be of read, send, ingest, approve; control is the main token's alone",
    ],
    [
      ['token', 'create', '--name', 'ci', '--scopes', 'send', '--to', '{a'],
      '--to: "{a" has braces that are nested or not closed',
    ],
    [
      ['token', 'create', '--name', 'ci', '--scopes', 'read', '--to', 'a'],
      '`to` and `from` narrow what is sent, and need the scope send',
    ],
    [
      ['token', 'create', '--name', 'ci', '--scopes', 'send', '--ttl', 'soon'],
      '--ttl is "soon", but it must be such as 12h, 30d or 8w',
    ],
    [['service'], 'say what to do (install, uninstall, status, restart, logs); see SELF service --help'],
    [['service', 'instal'], 'there is no service "instal"; did you mean install? (install, uninstall'],
    [['service', 'logs', '-n', 'all'], '--lines is "all", but it must be a whole number from 0 to 1000000'],
    [['start', '--log-format', 'xml'], '--log-format is "xml", but it must be one of text, json'],
    [['token', 'now'], 'there is no token "now"; see SELF token --help'],
  ])('%j', async (args, words) => {
    expect(await refusal(args)).toContain(words.replace('SELF', `node ${fs.realpathSync(MAIN)}`));
  });

  it('a bad value in the environment or in config.json stops every command', async () => {
    expect(await refusal(['status'], { HOOKLINE_PORT: 'many' })).toContain('HOOKLINE_PORT is "many"');
    const file = path.join(place.hooklineHome, 'config.json');
    fs.mkdirSync(place.hooklineHome);
    fs.writeFileSync(file, '{"prot": 4000}');
    expect(await refusal(['sessions'])).toBe(
      `hookline: ${file}: "prot" is not a known key; did you mean "port"?`,
    );
    fs.rmSync(place.hooklineHome, { recursive: true });
  });

  it('leaves no trace', () => {
    expect(fs.readdirSync(place.home)).toEqual(['bin']);
  });
});
