// One conversation of a session, the main one or a subagent's, at the moment the story has come to.
import type { JsonObject } from './beat.ts';
import { payloadOf, type Who } from './claude/hooks.ts';
import { type Body, lineOf } from './claude/lines.ts';
import type { Session } from './session.ts';
import { Context, type Model, type Tokens } from './usage.ts';

/** Part of a story: makes the scene go on by what happens in it. */
export type Step = (scene: Scene) => void;

/** The subagent whose conversation it is. */
export interface Role {
  readonly id: string;
  readonly type: string;
  readonly model: Model;
}

/** Instructions and tools, before anything was said. */
const BARE_CONTEXT = 17_400;

export class Scene {
  readonly session: Session;
  readonly role: Role | undefined;
  context: Context;
  /** Seconds since the story began. */
  at: number;
  /** When the turn under way began. */
  turnBegan = 0;
  /** Seconds of thinking that the next message comes after. */
  thought = 0;
  /** How many tools ran in this conversation. */
  calls = 0;
  #parent: string | null = null;

  constructor(session: Session, at: number, contextTokens: number = BARE_CONTEXT, role?: Role) {
    this.session = session;
    this.at = at;
    this.context = new Context(contextTokens);
    this.role = role;
  }

  get model(): Model {
    return this.role?.model ?? this.session.model;
  }

  get who(): Who {
    const { id, transcriptPath, cwd, branch, promptId, permissionMode } = this.session;
    return { sessionId: id, transcriptPath, cwd, branch, promptId, permissionMode, agent: this.role };
  }

  run(steps: readonly Step[]): void {
    for (const step of steps) step(this);
  }

  pass(seconds: number): void {
    this.at += seconds;
  }

  /** A hook is called, now unless another moment is given. */
  hook(name: string, fields: JsonObject = {}, at: number = this.at): void {
    this.session.add({ at, hook: payloadOf(name, this.who, fields) });
  }

  /** The conversation's transcript grows by a line. */
  line(body: Body, at: number = this.at): void {
    const { session, role } = this;
    const uuid = session.telling.ids.uuid();
    const file = role ? session.subagentPath(role.id) : session.transcriptPath;
    session.add({ at, file, line: lineOf(body, this.who, uuid, this.#parent) });
    this.#parent = uuid;
  }

  /** The model answers: what that uses is put on the account. */
  answer(output: number): Tokens {
    const tokens = this.context.answer(output);
    if (this.session.tells(this.at)) this.session.account.add(this.model, tokens);
    return tokens;
  }

  /** An empty conversation, in a new file. */
  forget(): void {
    this.context = new Context(BARE_CONTEXT);
    this.#parent = null;
  }
}
