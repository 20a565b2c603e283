// Takes the picture of docs/messages.md: two real sessions of Claude Code that talk, as its walk-through has it, word by word.
//
//   npm run pictures
//
// The client is real, its model is not: a script says what it says, on loopback. Look at what comes out before you commit it.
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findBrowser, launchBrowser } from '../test/support/browser.ts';
import { findClaude } from '../test/support/claude/client.ts';
import type { Spoken } from '../test/support/claude/fake-api.ts';
import type { Step } from '../test/support/claude/scenarios.ts';
import { createWorld } from '../test/support/claude/world.ts';
import { startDaemon } from '../test/support/hookline.ts';
import { run } from '../test/support/run.ts';
import { picturePage, type Shown } from './terminal-page.ts';

const MAIN = path.resolve('dist/cli/main.js');
const SERVER = "import { api } from './api.ts';\n\napi.listen(Number(process.env.PORT ?? 3000));\n";
const NEW_CLIENT = "export const api = createClient('http://localhost:3000');\n";
/** What the walk-through says to type, as it stands there. */
const PROMPT = /^> (Ask the session backend .*)$/m.exec(
  fs.readFileSync(path.join(import.meta.dirname, 'messages.md'), 'utf8'),
)?.[1];
if (PROMPT === undefined) throw new Error('docs/messages.md has no "> Ask the session backend ..." any more');

const TITLES = {
  backend: '~/shop/api $ claude --name backend --allowedTools mcp__hookline',
  frontend: '~/shop/web $ claude --name frontend --allowedTools mcp__hookline',
  tail: "~/shop/api $ hookline tail 'inbox.*'",
};

const lookFor: Step = {
  tools: [{ name: 'ToolSearch', input: { query: 'select:mcp__hookline__send_message', max_results: 1 } }],
};
const tell = (to: string, message: string, more: object = {}): Step => ({
  tools: [{ name: 'mcp__hookline__send_message', input: { to, message, ...more } }],
});

/** What the two models say, each in turn: to what was typed, and to what the other one wrote. */
function script(conversation: readonly Spoken[]): Step {
  const since = conversation.findLastIndex(
    ({ role, text }) => role === 'user' && /Ask the session|\[hookline message id=/.test(text),
  );
  const given = conversation.slice(since).filter(({ role }) => role === 'assistant').length;
  const [, id, from] = /\[hookline message id=(\S+) from=(\w+)/.exec(conversation[since]?.text ?? '') ?? [];
  const steps: Readonly<Record<string, readonly Step[]>> = {
    asked: [
      lookFor,
      tell('backend', 'On which port does the API listen?'),
      { text: 'I have asked backend, and go on when it has answered.' },
    ],
    frontend: [
      { tools: [{ name: 'Read', input: { file_path: path.join(shop, 'api/server.ts') } }] },
      lookFor,
      tell('frontend', 'On 3000, unless PORT says otherwise (server.ts).', { in_reply_to: id }),
      { text: 'frontend knows the port now: 3000, unless PORT says otherwise.' },
    ],
    backend: [
      { tools: [{ name: 'Read', input: { file_path: path.join(shop, 'web/client.ts') } }] },
      {
        tools: [
          { name: 'Write', input: { file_path: path.join(shop, 'web/client.ts'), content: NEW_CLIENT } },
        ],
      },
      { text: 'The API listens on 3000; client.ts calls it there now.' },
    ],
  };
  return steps[from ?? 'asked']?.[given] ?? { text: 'Noted.' };
}

const claude = await findClaude();
const executable = findBrowser();
if (!claude.found || !executable) process.exit(1);
const world = await createWorld({ bin: claude.bin, script });
const socket = path.join(world.root, 'tmux');
const tmux = async (...command: string[]): Promise<string> =>
  (await run('tmux', ['-S', socket, '-f', '/dev/null', ...command], { env, timeout: 10_000 })).stdout;
const env = { ...world.env, HOOKLINE_HOME: world.hooklineHome, PS1: '$ ' };
const shop = path.join(world.home, 'shop');
const daemon = await startDaemon({ ...world, env });
try {
  prepare();
  await run('claude', ['mcp', 'add', '--scope', 'user', 'hookline', '--', 'node', MAIN, 'mcp'], { env });
  await run(process.execPath, [MAIN, 'install'], { env });
  await open('backend', 'api', 84, 33);
  await open('frontend', 'web', 84, 33);
  await shows('backend', /❯/);
  await shows('frontend', /❯/);
  await areThere();
  await open('tail', 'api', 171, 8);
  await shows('tail', /Ctrl-C/);
  await tmux('send-keys', '-t', 'frontend', '-l', PROMPT);
  await shows('frontend', /answered\./);
  await tmux('send-keys', '-t', 'frontend', 'Enter');
  await shows('frontend', /calls it there now/);
  await shows('backend', /knows the port now/);
  await shows('tail', /(?:delivered[\s\S]*){2}/);
  // What the clients do at the end of a turn, such as a spinner, is over then.
  await delay(2000);
  await take();
} finally {
  await tmux('kill-server').catch(() => {});
  await daemon.stop();
  await world.close();
}

/** Two folders that their user trusts, with something in them. */
function prepare(): void {
  const files = { 'api/server.ts': SERVER, 'web/client.ts': "export const api = createClient('/api');\n" };
  for (const [name, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(shop, name)), { recursive: true });
    fs.writeFileSync(path.join(shop, name), text);
  }
  const trusted = { hasTrustDialogAccepted: true, hasCompletedProjectOnboarding: true };
  const file = path.join(world.configDir, '.claude.json');
  const answers = JSON.parse(fs.readFileSync(file, 'utf8')) as object;
  const projects = Object.fromEntries(['api', 'web'].map(name => [path.join(shop, name), trusted]));
  fs.writeFileSync(file, JSON.stringify({ ...answers, projects }));
}

async function open(name: string, folder: string, columns: number, rows: number): Promise<void> {
  // One thing more than the walk-through has: nobody is there to let them write, as with shift+tab.
  const command =
    name === 'tail'
      ? [process.execPath, MAIN, 'tail', 'inbox.*']
      : [world.bin, '--name', name, '--permission-mode', 'acceptEdits', '--allowedTools', 'mcp__hookline'];
  const size = ['-x', `${columns}`, '-y', `${rows}`];
  // The client asks for it on the screen where it is off.
  const options = ['set-option', '-g', 'focus-events', 'on', ';'];
  await tmux(...options, 'new-session', '-d', '-s', name, ...size, '-c', path.join(shop, folder), ...command);
}

/** Both can be reached, as `hookline names` tells it. */
async function areThere(): Promise<void> {
  for (const end = Date.now() + 30_000; ; await delay(500)) {
    const { stdout } = await run(process.execPath, [MAIN, 'names'], { env });
    const reached = stdout.split('\n').filter(line => /^(?:backend|frontend)\s.*inbox-socket/.test(line));
    if (reached.length === 2) return console.log(reached.join('\n'));
    if (Date.now() > end) throw new Error(`they cannot both be reached:\n${stdout}`);
  }
}

async function shows(name: string, what: RegExp): Promise<void> {
  for (const end = Date.now() + 90_000; ; await delay(200)) {
    const screen = await tmux('capture-pane', '-p', '-t', name);
    if (what.test(screen)) return;
    if (Date.now() > end) throw new Error(`${name} never showed ${what}; it shows:\n${screen}`);
  }
}

async function take(): Promise<void> {
  const shown: Shown[] = [];
  for (const [name, title] of Object.entries(TITLES)) {
    const text = await tmux('capture-pane', '-p', '-e', '-t', name);
    if (text.includes(world.root)) throw new Error(`${name} shows a folder of this machine:\n${text}`);
    shown.push({ title, text });
  }
  const browser = await launchBrowser(executable ?? '');
  try {
    const page = await browser.newPage({ viewport: { width: 1480, height: 800 }, deviceScaleFactor: 1.5 });
    await page.setContent(picturePage(shown));
    const file = path.join(import.meta.dirname, 'two-sessions.png');
    await page.locator('main').screenshot({ path: file });
    console.log(file);
  } finally {
    await browser.close();
  }
}
