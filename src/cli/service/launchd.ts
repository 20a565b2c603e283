// The agents of launchd, by launchctl.
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Failure } from '../failure.ts';
import type { Job } from './job.ts';
import type { Manager, Standing } from './manager.ts';
import { LABEL, plistText } from './plist.ts';
import { ask, type Env, tell } from './tool.ts';

/** How long an agent may take to be gone, in milliseconds: longer than it may take to end. */
const GONE_MS = 40_000;
const LOOK_MS = 200;

export class Launchd implements Manager {
  readonly name = 'launchd';
  readonly keepsLog = false;
  readonly file: string;
  readonly #env: Env;
  /** The login session of this user. */
  readonly #domain: string;

  constructor({ env, homedir, uid = process.getuid?.() ?? 0 }: { env: Env; homedir: string; uid?: number }) {
    this.file = path.join(homedir, 'Library/LaunchAgents', `${LABEL}.plist`);
    this.#env = env;
    this.#domain = `gui/${uid}`;
  }

  textOf(job: Job): string {
    return plistText(job);
  }

  async reach(): Promise<void> {
    const { code, words } = await this.#ask('print', this.#domain);
    if (code === 0) return;
    throw new Failure(
      `launchd has no login session of yours (${this.#domain}: ${words}); log in at the screen of this Mac, and try again there`,
    );
  }

  async standing(): Promise<Standing> {
    await this.reach();
    const [service, disabled] = await Promise.all([this.#print(), this.#ask('print-disabled', this.#domain)]);
    const isDisabled = new RegExp(`"${LABEL}" => (?:true|disabled)`).test(disabled.stdout);
    const pid = Number(/^\s*pid = (\d+)$/m.exec(service ?? '')?.[1] ?? 0);
    const state = /^\s*state = (.+)$/m.exec(service ?? '')?.[1] ?? 'not loaded';
    const read = /^\s*path = (.+)$/m.exec(service ?? '')?.[1];
    const exit = /^\s*last exit code = (?!\(never)(.+)$/m.exec(service ?? '')?.[1];
    return {
      isKnown: read === this.file,
      isEnabled: !isDisabled,
      pid: pid > 0 ? pid : undefined,
      words: exit === undefined ? state : `${state}, last exit code ${exit}`,
    };
  }

  /** It reads the folder of its file at every login. */
  async enable(): Promise<void> {
    await this.#tell('enable', this.#service);
  }

  async restart(): Promise<void> {
    await this.#end();
    await this.#tell('bootstrap', this.#domain, this.file);
  }

  async disable(): Promise<void> {
    await this.#end();
  }

  async forget(): Promise<void> {}

  async hints(): Promise<readonly string[]> {
    return [];
  }

  /** Its process is asked to end, and it is gone after that. */
  async #end(): Promise<void> {
    const deadline = Date.now() + GONE_MS;
    if ((await this.#print()) === undefined) return;
    await this.#ask('bootout', this.#service);
    while ((await this.#print()) !== undefined) {
      if (Date.now() > deadline)
        throw new Failure(
          `${this.#service} did not end within ${GONE_MS / 1000} s; see: launchctl print ${this.#service}`,
        );
      await delay(LOOK_MS);
    }
  }

  get #service(): string {
    return `${this.#domain}/${LABEL}`;
  }

  /** What launchd tells of it; undefined when it is not loaded. */
  async #print(): Promise<string | undefined> {
    const { code, stdout } = await this.#ask('print', this.#service);
    return code === 0 ? stdout : undefined;
  }

  #ask(...args: readonly string[]): ReturnType<typeof ask> {
    return ask('launchctl', args, this.#env);
  }

  #tell(...args: readonly string[]): ReturnType<typeof tell> {
    return tell('launchctl', args, this.#env);
  }
}
