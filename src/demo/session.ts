// What all of one session share while its story is told: names, place, account, and the beats so far.
import path from 'node:path';
import type { Beat, JsonObject } from './beat.ts';
import { costLine } from './claude/lines.ts';
import type { Ids } from './ids.ts';
import { Account, type Model } from './usage.ts';

/** How a session begins. */
export interface Setting {
  /** The folder's name, under /home/dev. */
  readonly project: string;
  readonly branch: string;
  readonly model: Model;
  /** Default `default`: every command that changes something is asked for. */
  readonly permissionMode?: string;
  /** Tokens in the context from the start. Default 17,400: instructions and tools. */
  readonly context?: number;
  /** Seconds; negative for what happened before the daemon started. */
  readonly begins: number;
}

/** Who tells a story, and where. */
export interface Telling {
  readonly ids: Ids;
  /** Claude Code's folder of transcripts, absolute. */
  readonly projects: string;
  /** How many times faster than life: what tools and turns say they took is divided by it. */
  readonly speed: number;
  /** False: what happened before the daemon started is left out. */
  readonly past: boolean;
}

/** A subagent or a command that runs in the background. */
export interface Task {
  readonly id: string;
  readonly toolUseId: string;
  readonly description: string;
  readonly kind: 'subagent' | 'shell';
  /** Further fields by which a Stop lists it: the agent's type, or the command. */
  readonly listed: JsonObject;
  readonly endsAt: number;
  /** The notification that tells of its end. */
  readonly notification: string;
}

export class Session {
  readonly telling: Telling;
  readonly beats: Beat[] = [];
  readonly branch: string;
  cwd: string;
  id: string;
  model: Model;
  permissionMode: string;
  promptId: string | undefined;
  account = new Account();
  tasks: Task[] = [];
  /** Between its start and its end. */
  live = false;
  #startedAt: number;

  constructor(setting: Setting, telling: Telling) {
    this.telling = telling;
    this.branch = setting.branch;
    this.cwd = `/home/dev/${setting.project}`;
    this.id = telling.ids.uuid();
    this.model = setting.model;
    this.permissionMode = setting.permissionMode ?? 'default';
    this.#startedAt = setting.begins;
  }

  get transcriptPath(): string {
    return `${this.#folder}.jsonl`;
  }

  subagentPath(agentId: string): string {
    return path.join(this.#folder, 'subagents', `agent-${agentId}.jsonl`);
  }

  /** Whether what happens then is told at all. */
  tells(at: number): boolean {
    return at >= 0 || this.telling.past;
  }

  add(beat: Beat): void {
    if (this.tells(beat.at)) this.beats.push(beat);
  }

  /** So many seconds of the story in milliseconds as they pass; what lies in the past took its time. */
  ms(seconds: number, at: number): number {
    return Math.round((seconds * 1000) / (at < 0 ? 1 : this.telling.speed));
  }

  /** The account so far, as it is written when the session ends. */
  settle(at: number): void {
    const line = costLine(this.id, this.account, this.ms(at - this.#startedAt, at));
    this.add({ at, file: this.transcriptPath, line });
  }

  /** `/clear`: the same terminal, another session. */
  renew(at: number): void {
    this.id = this.telling.ids.uuid();
    this.account = new Account();
    this.tasks = [];
    this.#startedAt = at;
  }

  get #folder(): string {
    return path.join(this.telling.projects, this.cwd.replaceAll(/[/.]/g, '-'), this.id);
  }
}
