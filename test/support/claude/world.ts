// A throw-away world for one Claude Code: its own home, settings, project and model, and no way to the network.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type FakeApi, type FakeApiOptions, startFakeApi } from './fake-api.ts';
import type { Scenario } from './scenarios.ts';

/** Not a key of anyone's: the fake API takes whatever comes. */
const apiKey = 'sk-ant-fake-0123456789abcdefghijklmnopqrstuvwxyz';

export interface World {
  readonly root: string;
  readonly home: string;
  readonly configDir: string;
  /** A small git repository; the sessions' working directory. */
  readonly project: string;
  /** The user's settings.json inside `configDir`; missing until someone writes it. */
  readonly settingsFile: string;
  /** The client, found as `claude` on this world's PATH too. */
  readonly bin: string;
  /** Where this world's daemon keeps its state. Not in `env`: hooks have to know it by themselves. */
  readonly hooklineHome: string;
  readonly api: FakeApi;
  /** The whole environment of a client in this world; nothing is inherited but PATH. */
  readonly env: Readonly<Record<string, string>>;
  /** Replaces the user's settings. */
  writeSettings(settings: unknown): void;
  close(): Promise<void>;
}

export interface WorldOptions {
  /** The client's binary. */
  bin: string;
  /** Scenarios besides the shared ones. */
  scenarios?: Readonly<Record<string, Scenario>>;
  script?: FakeApiOptions['script'];
}

function makeProject(project: string, env: Readonly<Record<string, string>>): void {
  fs.writeFileSync(path.join(project, 'README.md'), '# A project\n\nFor a scripted session.\n');
  const git = (...args: string[]): void => {
    execFileSync('git', ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', ...args], {
      cwd: project,
      env,
      stdio: 'pipe',
    });
  };
  git('init', '--quiet');
  git('add', '.');
  git('commit', '--quiet', '--message', 'first');
}

/** What a person answered before their first interactive prompt: onboarding, the key, the trust dialog. */
function answerDialogs(home: string, configDir: string, project: string): void {
  const answers = JSON.stringify({
    hasCompletedOnboarding: true,
    customApiKeyResponses: { approved: [apiKey.slice(-20)], rejected: [] },
    projects: { [project]: { hasTrustDialogAccepted: true, hasCompletedProjectOnboarding: true } },
  });
  // With CLAUDE_CONFIG_DIR set the client looks there, without it in the home.
  for (const folder of [home, configDir]) fs.writeFileSync(path.join(folder, '.claude.json'), answers);
}

/** Makes the world and starts its API. Close it when done: that deletes everything. */
export async function createWorld(options: WorldOptions): Promise<World> {
  const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-world-')));
  const home = path.join(root, 'home');
  const project = path.join(root, 'project');
  const binaries = path.join(root, 'bin');
  const configDir = path.join(home, '.claude');
  for (const folder of [configDir, project, binaries]) fs.mkdirSync(folder, { recursive: true });
  const bin = path.join(binaries, 'claude');
  fs.symlinkSync(path.resolve(options.bin), bin);
  const { scenarios, script } = options;
  const api = await startFakeApi({ project, script, ...(scenarios && { scenarios }) });
  const env = {
    HOME: home,
    CLAUDE_CONFIG_DIR: configDir,
    PATH: [binaries, process.env['PATH'] ?? ''].join(path.delimiter),
    TMPDIR: root,
    TERM: 'xterm-256color',
    LANG: 'C.UTF-8',
    ANTHROPIC_API_KEY: apiKey,
    ANTHROPIC_BASE_URL: api.url,
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_TELEMETRY: '1',
    DISABLE_AUTOUPDATER: '1',
    DISABLE_ERROR_REPORTING: '1',
    IS_SANDBOX: '1',
    // A dead proxy keeps everything that is not loopback off the network.
    HTTP_PROXY: 'http://127.0.0.1:9',
    HTTPS_PROXY: 'http://127.0.0.1:9',
    NO_PROXY: '127.0.0.1,localhost',
  };
  const settingsFile = path.join(configDir, 'settings.json');
  makeProject(project, env);
  answerDialogs(home, configDir, project);
  return {
    root,
    home,
    configDir,
    project,
    settingsFile,
    bin,
    hooklineHome: path.join(root, 'hookline'),
    api,
    env,
    writeSettings: settings => fs.writeFileSync(settingsFile, JSON.stringify(settings, null, 2)),
    async close() {
      await api.close();
      // The promise form looks again at what a late writer left behind; rmSync only retries the rmdir.
      await fs.promises.rm(root, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}
