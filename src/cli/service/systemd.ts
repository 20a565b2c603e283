// The user manager of systemd, by systemctl.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Failure } from '../failure.ts';
import type { Job } from './job.ts';
import type { Manager, Standing } from './manager.ts';
import { ask, type Env, tell } from './tool.ts';
import { UNIT, unitText } from './unit.ts';

export class Systemd implements Manager {
  readonly name = 'systemd';
  readonly keepsLog = true;
  readonly file: string;
  readonly #env: Env;

  constructor({ env, homedir }: { readonly env: Env; readonly homedir: string }) {
    const { XDG_CONFIG_HOME: given = '' } = env;
    const folder = path.isAbsolute(given) ? given : path.join(homedir, '.config');
    this.file = path.join(folder, 'systemd/user', UNIT);
    this.#env = env;
  }

  textOf(job: Job): string {
    return unitText(job);
  }

  async reach(): Promise<void> {
    const { code, words } = await ask('systemctl', ['--user', 'show', '--property=Version'], this.#env);
    if (code === 0) return;
    const uid = process.getuid?.() ?? os.userInfo().uid;
    const there = fs.existsSync(`/run/user/${uid}/systemd`) && !this.#env['XDG_RUNTIME_DIR'];
    const mend = there
      ? `set XDG_RUNTIME_DIR=/run/user/${uid} and try again`
      : `log in as this user (not by su or sudo), or have it run without a login: loginctl enable-linger ${os.userInfo().username}`;
    throw new Failure(`your user manager of systemd cannot be reached (${words}); ${mend}`);
  }

  async standing(): Promise<Standing> {
    await this.reach();
    const of = await this.#properties();
    const isKnown = isSameFile(of['FragmentPath'], this.file);
    const pid = Number(of['MainPID'] ?? 0);
    const restarts = Number(of['NRestarts'] ?? 0);
    const load = of['LoadState'] === 'loaded' ? '' : `${of['LoadState']}, `;
    const result = of['Result'] === 'success' ? '' : `, ${of['Result']}`;
    return {
      isKnown,
      isEnabled: isKnown && of['UnitFileState'] === 'enabled',
      pid: isKnown && pid > 0 ? pid : undefined,
      words: `${load}${of['ActiveState']} (${of['SubState']}${result}${restarts > 0 ? `, ${restarts} restarts` : ''})`,
    };
  }

  async enable(): Promise<void> {
    await this.#systemctl('daemon-reload');
    await this.#requireOurs();
    await this.#systemctl('enable', '--quiet', UNIT);
  }

  async restart(): Promise<void> {
    await this.#systemctl('daemon-reload');
    await this.#requireOurs();
    // After too many ends there would be none.
    await ask('systemctl', ['--user', 'reset-failed', UNIT], this.#env);
    await this.#systemctl('restart', UNIT);
  }

  async disable(): Promise<void> {
    await this.#requireOurs();
    await this.#systemctl('disable', '--now', '--quiet', UNIT);
  }

  async forget(): Promise<void> {
    await this.#systemctl('daemon-reload');
    await ask('systemctl', ['--user', 'reset-failed', UNIT], this.#env);
  }

  async hints(): Promise<readonly string[]> {
    const { username } = os.userInfo();
    const args = ['show-user', username, '--property=Linger', '--value'];
    const lingers = await ask('loginctl', args, this.#env).catch(() => undefined);
    // Without a session logind does not know the user, unless he lingers.
    if (lingers === undefined || lingers.stdout.trim() === 'yes') return [];
    return [
      `It runs while you are logged in. To have it run without that, from boot on: loginctl enable-linger ${username}`,
    ];
  }

  /** Nothing is done to a service of the same name that another file is for, as with another HOME. @throws Failure */
  async #requireOurs(): Promise<void> {
    const { LoadState, FragmentPath } = await this.#properties();
    if (isSameFile(FragmentPath, this.file)) return;
    const instead = FragmentPath ? `has ${UNIT} from ${FragmentPath}` : `knows no ${UNIT} (${LoadState})`;
    throw new Failure(
      `your user manager of systemd ${instead}, and not from ${this.file}; are HOME and XDG_CONFIG_HOME what they were when it started?`,
    );
  }

  async #properties(): Promise<Record<string, string>> {
    const names = 'LoadState,FragmentPath,UnitFileState,ActiveState,SubState,MainPID,Result,NRestarts';
    const { stdout } = await this.#systemctl('show', `--property=${names}`, UNIT);
    return Object.fromEntries(
      stdout.split('\n').flatMap(line => {
        const at = line.indexOf('=');
        return at < 0 ? [] : [[line.slice(0, at), line.slice(at + 1)]];
      }),
    );
  }

  #systemctl(...args: readonly string[]): ReturnType<typeof tell> {
    return tell('systemctl', ['--user', ...args], this.#env);
  }
}

function isSameFile(one: string | undefined, other: string): boolean {
  try {
    return one !== undefined && one !== '' && fs.realpathSync(one) === fs.realpathSync(other);
  } catch {
    return one === other;
  }
}
